/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/media.h"
#include "api/server.h"
#include "base/container.h"
#include "net/loop.h"

enum { DEFAULT_WAIT_MS = 20000, MAX_WAIT_MS = 60000, LOOK_EVERY_MS = 200 };

typedef enum rc (*found_fn)(struct call *call, const struct media *media);

/* A request for what is announced but not here yet. Uploads are rare and waiting for one rarer: looking again now and
 * then is simpler than telling everybody of each. */
struct wait {
    struct loop_timer timer;
    struct call *call;
    found_fn found;
    int64_t until_ms;
    bool parked;
};

static enum rc look_up(struct call *call, struct media *ret_media)
{
    if (!str_eq(call->params[0], store_server_name(call->server->store)))
        return call_fail(call, 404, "M_NOT_FOUND", "Media of other servers is not kept here.");
    enum rc rc = media_get(call->tx, call->params[1], ret_media);
    /* What is in quarantine is for nobody, and that it is there is nobody's business. */
    if (rc == RC_NOT_FOUND || (rc == RC_OK && ret_media->barred))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such file.");
    return rc;
}

static void gone(struct call *call, void *ctx)
{
    struct wait *wait = ctx;
    loop_timer_cancel(call->http->loop, &wait->timer);
    call_abandon(call);
}

static enum rc wait_on(struct wait *wait)
{
    struct call *call = wait->call;
    struct loop *loop = call->http->loop;
    if (loop_now_ms(loop) >= wait->until_ms || call->server->draining)
        return call_fail(call, 504, "M_NOT_YET_UPLOADED", "The file has not been uploaded yet.");
    loop_timer_set(loop, &wait->timer, LOOK_EVERY_MS);
    if (wait->parked)
        return RC_OK;
    wait->parked = true;
    return call_park(call, gone, wait);
}

static void look_again(struct loop *loop, struct loop_timer *timer)
{
    (void)loop;
    struct wait *wait = CONTAINER_OF(timer, struct wait, timer);
    struct call *call = wait->call;
    struct media media;
    enum rc rc = look_up(call, &media);
    if (rc == RC_OK && !media.uploaded) {
        rc = wait_on(wait);
        if (rc == RC_OK)
            return;
    } else if (rc == RC_OK) {
        rc = wait->found(call, &media);
    }
    call_resume(call, rc);
}

enum rc media_find(struct call *call, found_fn found)
{
    struct media media;
    int64_t timeout;
    TRY(call_query_i64(call, "timeout_ms", DEFAULT_WAIT_MS, 0, INT64_MAX, &timeout));
    TRY(look_up(call, &media));
    if (media.uploaded)
        return found(call, &media);
    struct wait *wait = arena_new(call->arena, struct wait);
    *wait = (struct wait){.timer = {.fire = look_again},
                          .call = call,
                          .found = found,
                          .until_ms = loop_now_ms(call->http->loop) + (timeout < MAX_WAIT_MS ? timeout : MAX_WAIT_MS)};
    return wait_on(wait);
}

enum rc media_find_as_of_old(struct call *call, found_fn found)
{
    if (!call->who.user || call->who.guest)
        return call_fail(call, 404, "M_NOT_FOUND", "Files are only for those who are signed in.");
    return media_find(call, found);
}
