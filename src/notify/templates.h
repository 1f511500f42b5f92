/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The words of messages that leave the server. */
#ifndef NOTIFY_TEMPLATES_H
#define NOTIFY_TEMPLATES_H

#include "base/language.h"
#include "base/strbuf.h"

/*
 * The SMS that carries a code. Its last line is bound to the origin (the "origin-bound one-time codes" format), so that
 * browsers fill the code in by themselves and only on that site (obligation 1.8):
 *     @host #123456
 */
void template_code_sms(struct strbuf *out, enum language language, str operator_name, str host, str code);

enum mail_kind {
    MAIL_REGISTER, /* the address is to belong to an account being made */
    MAIL_ADD,      /* … to one that is there */
    MAIL_RESET,    /* a lost password: the address is an account's */
    MAIL_TAKEN,    /* somebody wanted to add it, but it has an account: no code, no link */
};

struct mail_words {
    enum mail_kind kind;
    enum language language;
    str operator_name, host; /* whose service, and where it is */
    str code, link;          /* not of MAIL_TAKEN */
};

/* The e-mail that carries a code and a link: one line of subject, and plain text in lines that end with LF. */
void template_mail(struct strbuf *subject, struct strbuf *text, const struct mail_words *words);

/* What all e-mails have: the service's name before what they are about, and again below the text. */
void template_mail_subject(struct strbuf *subject, enum language language, str operator_name, const char *about);
void template_mail_end(struct strbuf *text, str operator_name, str host);

#endif
