/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A delayed event on its way into the room, and the job that finds what is due. */
#include "api/auth.h"
#include "api/call_private.h"
#include "api/delayed.h"
#include "api/limiter.h"
#include "api/sending.h"
#include "api/server.h"

#include <stdlib.h>

/* ---- as its author ---- */

/* The server's own failures leave it scheduled. */
static bool is_refusal(const struct call_private *p, enum rc rc)
{
    switch (rc) {
    case RC_INVALID:
    case RC_BAD_JSON:
    case RC_NOT_JSON:
    case RC_FORBIDDEN:
    case RC_NOT_FOUND:
    case RC_EXISTS:
    case RC_TOO_LARGE:
    case RC_LIMITED:
    case RC_UNSUPPORTED: return true;
    default: return p->fail_code != NULL;
    }
}

static enum rc check_standing(struct call *call)
{
    int64_t wait_ms;
    /* Closed while law holds what there is of it: nothing is removed, and nothing said any more. */
    if (call->who.user->flags & (USER_DEACTIVATED | USER_ERASED))
        return call_fail(call, 403, "M_USER_DEACTIVATED", "The account is closed.");
    if (call->who.user->flags & USER_LOCKED)
        return call_fail_locked(call);
    if (call->server->config->limits.enabled
        && !limiter_take(call->server->limiter, RATE_MESSAGE, call->who.user_nid, &wait_ms))
        return call_fail_limited(call, "Too many events at once.", wait_ms);
    return RC_OK;
}

static enum rc send_in_call(struct call *call, const struct delayed_event *event, str *ret_event_id)
{
    str room_id;
    TRY(check_standing(call));
    TRY(json_parse_object(call->arena, event->content, false, &call->body, call_err(call)));
    TRY(rooms_id(call->tx, event->room_nid, &room_id));
    /* The delay id is the transaction: whatever happens, it is sent once. */
    return event->state_key.ptr ? sending_state(call, room_id, event->type, event->state_key, event->id, ret_event_id)
                                : sending_message(call, room_id, event->type, event->id, ret_event_id);
}

enum rc delayed_send(struct tx *tx, struct server *server, const struct delayed_event *event,
                     struct delayed_result *ret_result)
{
    const struct user *user;
    TRY(users_get(tx, event->user_nid, &user));
    struct call_private p = {0};
    struct call call = {.arena = tx->arena,
                        .server = server,
                        .who = {.user = user,
                                .user_nid = user->nid,
                                .device_nid = DELAYED_DEVICE,
                                .user_id = user->user_id,
                                .guest = user->flags & USER_GUEST},
                        .tx = tx,
                        .status = 200,
                        .p = &p};
    p.call = &call;
    *ret_result = (struct delayed_result){0};
    enum rc rc = send_in_call(&call, event, &ret_result->event_id);
    if (rc != RC_OK && is_refusal(&p, rc)) {
        call_write_error(&call, rc);
        ret_result->event_id = STR_NONE;
        ret_result->status = call.status;
        ret_result->error = arena_dup(tx->arena, strbuf_str(&call.out));
        rc = RC_OK;
    }
    strbuf_fini(&call.out);
    return rc;
}

/* ---- what is due ---- */

enum { AT_ONCE = 50 };

static const struct act sending = ACT_SERVICE(PURPOSE_MESSAGING);

struct due {
    struct server *server;
    uint64_t nid;
};

/* A job of its own each: one that fails takes no other with it, and it is sent and off the list in the same commit. */
static enum rc send_due(struct tx *tx, void *arg)
{
    const struct due *due = arg;
    struct delayed_event event;
    struct delayed_result result;
    enum rc rc = delayed_get(tx, due->nid, &event);
    if (rc == RC_NOT_FOUND || rc == RC_CRYPTO) /* nobody can read it any more: its author's key is gone */
        return delayed_remove(tx, due->nid);
    TRY(rc);
    if (event.done_ms || event.due_ms > env_now_ms(tx->env))
        return RC_OK;
    TRY(delayed_send(tx, due->server, &event, &result));
    event.outcome = result.event_id.len ? DELAYED_SENT : DELAYED_FAILED;
    event.event_id = result.event_id;
    event.error = result.error;
    return delayed_finalise(tx, &event);
}

static void due_done(void *arg, enum rc rc)
{
    (void)rc; /* still scheduled then: the next look finds it again */
    free(arg);
}

void delayed_expect(struct server *server, int64_t due_ms)
{
    if (due_ms < server->delayed_look_ms)
        server->delayed_look_ms = due_ms;
}

enum rc delayed_job(struct tx *tx, struct server *server)
{
    int64_t now = env_now_ms(tx->env), next_ms;
    uint64_t *nids;
    size_t count;
    if (now < server->delayed_at_ms) {
        TRY(delayed_clock_set_back(tx));
        server->delayed_look_ms = 0;
    }
    server->delayed_at_ms = now;
    if (now < server->delayed_look_ms)
        return RC_OK;
    TRY(delayed_due(tx, AT_ONCE, &nids, &count, &next_ms));
    server->delayed_look_ms = count ? now : next_ms;
    for (size_t i = 0; i < count; i++) {
        struct due *due = xmalloc(sizeof *due);
        *due = (struct due){server, nids[i]};
        server_write(server, &sending, send_due, due_done, due);
    }
    return RC_OK;
}
