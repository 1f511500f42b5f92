/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Events to be sent later (MSC4140). When one is due it goes the way its author's own request would have gone, with
 * every check as of that moment; what that request would have been answered with is what its author finds.
 */
#ifndef API_DELAYED_H
#define API_DELAYED_H

#include "api/call.h"
#include "store/delayed_events.h"

/* The query parameter that turns sending into scheduling. */
#define DELAYED_PARAMETER "org.matrix.msc4140.delay"

/* WRITE. Schedules an event of the caller's for that room and answers with its delay id. state_key.ptr NULL: a message.
 * 403 to whoever is not in the room; 400 for a delay that is none or exceeds rooms.delay_max; 429 for too many. */
enum rc delayed_schedule(struct call *call, str room_id, str type, str state_key, str txn_id, yyjson_val *content,
                         int64_t delay_ms) MUST_USE;
/* The same when the request's address asks for a delay: *ret_done says that it did and is answered. */
enum rc delayed_schedule_if_asked(struct call *call, str room_id, str type, str state_key, str txn_id,
                                  bool *ret_done) MUST_USE;

/* What became of sending one. */
struct delayed_result {
    str event_id; /* empty: refused */
    int status;   /* of the refusal */
    str error;    /* the body of the refusal */
};
/* WRITE. RC_OK also when it is refused; any other rc is the server's own failure, and nothing has happened. The row
 * stays as it is. */
enum rc delayed_send(struct tx *tx, struct server *server, const struct delayed_event *event,
                     struct delayed_result *ret_result) MUST_USE;

/* Sends what is due. */
enum rc delayed_job(struct tx *tx, struct server *server) MUST_USE;
/* WRITE. Something is due then: the job looks. */
void delayed_expect(struct server *server, int64_t due_ms);

#endif
