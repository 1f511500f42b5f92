/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Redacting as the caller: the m.room.redaction event, then the target's content goes, everywhere. */
#ifndef API_REDACTION_H
#define API_REDACTION_H

#include "api/call.h"

/* WRITE. The content (reason …) is the call's body. *ret_event_id is the redaction's. 404 when there is no such
 * event; 403 when it is another's and the caller lacks the power. */
enum rc redaction_send(struct call *call, const struct room *room, str target_id, str txn_id,
                       str *ret_event_id) MUST_USE;

#endif
