/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sending an event as the caller, with call->body as its content and all checks that belong to it. */
#ifndef API_SENDING_H
#define API_SENDING_H

#include "api/call.h"

/* WRITE. A message; m.room.redaction redacts. Sent before under that transaction id: the earlier event's id. */
enum rc sending_message(struct call *call, str room_id, str type, str txn_id, str *ret_event_id) MUST_USE;
/* WRITE. State. txn_id may be empty: then state that stands already, said again by whoever said it, is not news. */
enum rc sending_state(struct call *call, str room_id, str type, str state_key, str txn_id, str *ret_event_id) MUST_USE;

#endif
