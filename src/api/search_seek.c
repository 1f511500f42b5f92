/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/search_seek.h"

#include "api/auth.h"
#include "api/pool.h"
#include "api/server.h"
#include "base/container.h"

#include <stdatomic.h>
#include <stdlib.h>

struct seek {
    struct call *call;
    const struct search_question *question;
    int (*order)(const void *, const void *);
    search_then then;
    void *ctx;
    const struct act *act;
    struct arena arena; /* of the thread while it seeks; what was found lives here */
    struct search_found found;
    struct pool_task on_pool;
    struct loop_task on_loop;
    bool gone;
    enum rc rc;
};

static void arena_let_go(void *arena)
{
    arena_fini(arena);
}

static enum rc go_on(struct call *call, void *ctx)
{
    struct seek *seek = ctx;
    TRY(seek->rc);
    TRY(call_authenticate(call)); /* meanwhile the session may have ended */
    return seek->then(call, &seek->found, seek->ctx);
}

static void sought(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct seek *seek = CONTAINER_OF(task, struct seek, on_loop);
    struct call *call = seek->call;
    if (seek->gone)
        call_abandon(call);
    else
        call_continue(call, go_on, seek);
}

/* One is free: there are as many as threads. */
static unsigned reader_take(struct server *server)
{
    unsigned taken = atomic_load_explicit(&server->search_readers_taken, memory_order_relaxed), bit;
    do
        bit = ~taken & (taken + 1);
    while (!atomic_compare_exchange_weak_explicit(&server->search_readers_taken, &taken, taken | bit,
                                                  memory_order_acquire, memory_order_relaxed));
    return bit;
}

static void reader_give_back(struct server *server, unsigned bit)
{
    atomic_fetch_and_explicit(&server->search_readers_taken, ~bit, memory_order_release);
}

static void seek_on_pool(struct pool_task *task)
{
    struct seek *seek = CONTAINER_OF(task, struct seek, on_pool);
    struct server *server = seek->call->server;
    struct tx tx;
    unsigned reader = reader_take(server);
    store_read(server->store, server->search_reader + __builtin_ctz(reader), seek->act, &seek->arena, &tx);
    seek->rc = server->draining ? RC_BUSY : search_find(&tx, seek->question, &seek->found);
    reader_give_back(server, reader);
    if (seek->rc == RC_OK && seek->found.count)
        qsort(seek->found.items, seek->found.count, sizeof *seek->found.items, seek->order);
    loop_post(seek->call->http->loop, &seek->on_loop);
}

/* The thread still reads what the call holds: let go when it is done. */
static void seeker_gone(struct call *call, void *ctx)
{
    (void)call;
    ((struct seek *)ctx)->gone = true;
}

enum rc search_seek(struct call *call, const struct search_question *question, int (*order)(const void *, const void *),
                    search_then then, void *ctx)
{
    struct seek *seek = arena_new(call->arena, struct seek);
    *seek = (struct seek){.call = call,
                          .question = question,
                          .order = order,
                          .then = then,
                          .ctx = ctx,
                          .act = call->tx->act,
                          .arena = ARENA_INIT,
                          .on_pool = {.run = seek_on_pool},
                          .on_loop = {.run = sought}};
    arena_on_reset(call->arena, arena_let_go, &seek->arena);
    enum rc rc = call_park(call, seeker_gone, seek);
    if (!pool_submit(call->server->search_pool, &seek->on_pool)) {
        seek->rc = RC_BUSY;
        loop_post(call->http->loop, &seek->on_loop);
    }
    return rc;
}
