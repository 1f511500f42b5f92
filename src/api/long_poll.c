/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/long_poll.h"

#include "api/auth.h"
#include "api/server.h"
#include "base/container.h"

static void unpark(struct long_poll *poll)
{
    loop_timer_cancel(poll->call->http->loop, &poll->timer);
    live_unpark(poll->live, &poll->wait);
}

static void wait_wake(struct live_wait *wait)
{
    struct long_poll *poll = CONTAINER_OF(wait, struct long_poll, wait);
    bool empty;
    enum rc rc = poll->build(poll, &empty);
    if (rc == RC_OK && empty && !poll->call->server->draining) {
        strbuf_fini(&poll->call->out);
        return;
    }
    unpark(poll);
    call_resume(poll->call, rc);
}

static void wait_timeout(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    struct long_poll *poll = CONTAINER_OF(timer, struct long_poll, timer);
    bool empty;
    enum rc rc = poll->build(poll, &empty);
    unpark(poll);
    call_resume(poll->call, rc);
}

/* One of the user's sessions has ended. If it was this one, its parked request must not go on receiving. */
static void wait_ended(struct live_wait *wait)
{
    struct long_poll *poll = CONTAINER_OF(wait, struct long_poll, wait);
    enum rc rc = call_authenticate(poll->call);
    if (rc == RC_OK)
        return;
    unpark(poll);
    call_resume(poll->call, rc);
}

static void wait_gone(struct call *call, void *ctx)
{
    unpark(ctx);
    call_abandon(call);
}

enum rc long_poll_run(struct long_poll *poll, int64_t timeout_ms, bool prompt)
{
    struct call *call = poll->call;
    bool empty;
    bool may_wait = timeout_ms > 0 && !call->server->draining;
    bool later = may_wait && !prompt && live_is_gathering(poll->live);
    if (!later) {
        TRY(poll->build(poll, &empty));
        if (!empty || !may_wait)
            return RC_OK;
        strbuf_fini(&call->out);
    }
    poll->wait = (struct live_wait){.session_nid = call->who.session_nid, .wake = wait_wake, .ended = wait_ended};
    poll->timer.fire = wait_timeout;
    live_park(live_user_get(poll->live, call->who.user), &poll->wait);
    loop_timer_set(call->http->loop, &poll->timer, timeout_ms < LONG_POLL_MAX_MS ? timeout_ms : LONG_POLL_MAX_MS);
    if (later)
        live_wake_soon(poll->live, &poll->wait);
    return call_park(call, wait_gone, poll);
}
