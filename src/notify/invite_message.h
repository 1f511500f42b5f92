/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The SMS that tells a number of an invite: who invites, and where to answer. Nothing of the room: whoever has the
 * number now need not be whom it is meant for. The inviter's name is their own choice, and this message goes to
 * strangers in the operator's name: a name with digits, dots or anything else that could be a link, a number or a
 * trick is not said.
 */
#ifndef NOTIFY_INVITE_MESSAGE_H
#define NOTIFY_INVITE_MESSAGE_H

#include "base/language.h"
#include "base/strbuf.h"

void invite_message(struct strbuf *out, enum language language, str operator_name, str inviter, str url);

#endif
