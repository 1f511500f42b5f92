/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/auth.h"
#include "api/server.h"
#include "api/url_preview.h"
#include "base/container.h"
#include "net/loop.h"
#include "preview/fetch.h"

/* A call that waits for a page. It belongs to the loop, and outlives its call. */
struct wait {
    struct arena arena; /* it lives in its own, with what was found */
    struct call *call;  /* NULL: its client has left */
    struct loop *loop;
    struct loop_task done;
    struct preview_found found;
    enum rc (*then)(struct call *call, const struct preview_found *found);
};

static void wait_free(void *arg)
{
    struct wait *wait = arg;
    struct arena arena = wait->arena;
    arena_fini(&arena);
}

static enum rc go_on(struct call *call, void *ctx)
{
    struct wait *wait = ctx;
    arena_on_reset(call->arena, wait_free, wait);
    /* Meanwhile the session may have ended. */
    TRY(call_authenticate(call));
    return wait->then(call, &wait->found);
}

static void on_loop(struct loop *loop, struct loop_task *task)
{
    struct wait *wait = CONTAINER_OF(task, struct wait, done);
    (void)loop;
    if (wait->call)
        call_continue(wait->call, go_on, wait);
    else
        wait_free(wait);
}

static void on_gone(struct call *call, void *ctx)
{
    struct wait *wait = ctx;
    wait->call = NULL;
    call_abandon(call);
}

/* On another thread. */
static void on_found(void *ctx, const struct preview_found *found)
{
    struct wait *wait = ctx;
    wait->found.image = arena_dup(&wait->arena, found->image);
    wait->found.page = (struct preview_page){
        .title = arena_dup(&wait->arena, found->page.title),
        .description = arena_dup(&wait->arena, found->page.description),
        .site_name = arena_dup(&wait->arena, found->page.site_name),
        .type = arena_dup(&wait->arena, found->page.type),
    };
    loop_post(wait->loop, &wait->done);
}

enum rc url_preview_fetch(struct call *call, str url,
                          enum rc (*then)(struct call *call, const struct preview_found *found))
{
    struct arena arena = ARENA_INIT;
    struct wait *wait = arena_new(&arena, struct wait);
    *wait =
        (struct wait){.call = call, .loop = call->http->loop, .done = {.run = on_loop}, .then = then, .arena = arena};
    enum rc rc = call_park(call, on_gone, wait);
    previews_fetch(call->server->previews, url, on_found, wait);
    return rc;
}
