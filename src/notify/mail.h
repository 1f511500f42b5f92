/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * E-mails as they travel (RFC 5322, MIME): one part of plain text, whatever its language, in lines of 7-bit characters
 * that end with CRLF. Nothing in a header's value can end it: what is not visible becomes a blank.
 */
#ifndef NOTIFY_MAIL_H
#define NOTIFY_MAIL_H

#include "base/language.h"
#include "base/strbuf.h"

struct mail {
    str from_name, from, to; /* addresses in their canonical form (base/email.h); the name is anything in UTF-8 */
    str subject;             /* UTF-8 */
    str text;                /* UTF-8, lines end with LF */
    str id;                  /* [0-9a-zA-Z]: a repetition of the same mail has the same, and programs notice */
    enum language language;
    int64_t date_ms;
};

void mail_write(struct strbuf *out, const struct mail *mail);

#endif
