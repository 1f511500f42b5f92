/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The SMS or e-mail that tells of an invite: who invites, and where to answer. Nothing of the room: whoever has the
 * number or address now need not be whom it is meant for. The inviter's name is their own choice, and this message goes
 * to strangers in the operator's name: a name with digits, dots or anything else that could be a link, a number or a
 * trick is not said.
 */
#ifndef NOTIFY_INVITE_MESSAGE_H
#define NOTIFY_INVITE_MESSAGE_H

#include "base/language.h"
#include "base/strbuf.h"

struct invite_words {
    enum language language;
    str operator_name, host; /* whose service, and where it is */
    str inviter;             /* a display name, plain or not */
    str url;                 /* of the app */
};

void invite_sms(struct strbuf *out, const struct invite_words *words);
/* One line of subject, and plain text in lines that end with LF. The subject names nobody. */
void invite_mail(struct strbuf *subject, struct strbuf *text, const struct invite_words *words);

#endif
