/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The four ways to run. A call belongs to one thread at a time and moves with its own embedded tasks:
 * loop → (pool → loop) → loop or writer → loop.
 */
#include "api/execute.h"

#include "api/answer.h"
#include "api/call_private.h"
#include "api/server.h"
#include "base/container.h"

/* A handler may run again (a group commit that is repeated): it begins with a clean answer each time. */
static void answer_reset(struct call *call)
{
    struct call_private *p = call->p;
    strbuf_clear(&call->out);
    call->status = 200;
    call->content_type = STR_NONE;
    call->header_count = 0;
    p->fail_code = NULL;
    if (p->err)
        *p->err = (struct error){0};
}

/* ---- READ and PARK: here and now ---- */

static void run_on_loop(struct call *call)
{
    struct call_private *p = call->p;
    call->tx = &p->read_tx;
    answer_reset(call);
    enum rc rc = call->endpoint->run(call);
    if (!p->parked)
        call_finish(call, rc);
}

enum rc call_park(struct call *call, void (*on_gone)(struct call *call, void *ctx), void *ctx)
{
    call->p->parked = true;
    call->p->on_gone = on_gone;
    call->p->gone_ctx = ctx;
    return RC_OK;
}

void call_abandon(struct call *call)
{
    strbuf_fini(&call->out);
    http_drop(call->http);
}

/* ---- WRITE: on the writer, answered when its commit is durable ---- */

static void written_on_loop(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct call_private *p = CONTAINER_OF(task, struct call_private, on_loop);
    call_finish(p->call, p->rc);
}

static enum rc write_run(struct write_job *job, struct tx *tx)
{
    struct call *call = CONTAINER_OF(job, struct call_private, job)->call;
    call->tx = tx;
    answer_reset(call);
    return call->endpoint->run(call);
}

static void settled(struct barrier *barrier, enum rc rc)
{
    struct call_private *p = CONTAINER_OF(barrier, struct call_private, barrier);
    p->rc = rc;
    loop_post(p->call->http->loop, &p->on_loop);
}

static void write_done(struct write_job *job, enum rc rc)
{
    struct call_private *p = CONTAINER_OF(job, struct call_private, job);
    struct call *call = p->call;
    p->rc = rc;
    call->tx = NULL;
    p->on_loop.run = written_on_loop;
    if (rc == RC_OK && call->endpoint->settles)
        barrier_start(call->server, &p->barrier, call->arena, settled);
    else
        loop_post(call->http->loop, &p->on_loop);
}

static void run_or_queue(struct call *call)
{
    struct call_private *p = call->p;
    if (call->endpoint->exec != EXEC_WRITE) {
        run_on_loop(call);
        return;
    }
    p->job = (struct write_job){.arena = call->arena, .act = &p->act, .run = write_run, .done = write_done};
    store_write(call->server->store, &p->job);
}

/* ---- SLOW: first on the pool ---- */

static void slow_on_loop(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct call_private *p = CONTAINER_OF(task, struct call_private, on_loop);
    if (p->rc != RC_OK)
        call_finish(p->call, p->rc);
    else
        run_or_queue(p->call);
}

static void slow_run(struct pool_task *task)
{
    struct call_private *p = CONTAINER_OF(task, struct call_private, on_pool);
    struct call *call = p->call;
    answer_reset(call);
    call->tx = NULL;
    p->rc = call->endpoint->slow(call);
    p->on_loop.run = slow_on_loop;
    loop_post(call->http->loop, &p->on_loop);
}

/* ---- PREPARE: a look at the store before the slow step ---- */

static void go_on(struct call *call)
{
    if (!call->endpoint->slow) {
        run_or_queue(call);
        return;
    }
    call->p->on_pool.run = slow_run;
    if (!pool_submit(call->server->pool, &call->p->on_pool))
        call_finish(call, RC_BUSY);
}

enum rc call_is_answered(struct call *call)
{
    call->p->answered = true;
    return RC_OK;
}

static void prepared(struct call *call, enum rc rc)
{
    call->p->preparing = false;
    if (rc == RC_OK && call->status == 200 && !call->p->answered)
        go_on(call);
    else
        call_finish(call, rc);
}

void call_execute(struct call *call)
{
    struct call_private *p = call->p;
    if (!call->endpoint->prepare) {
        go_on(call);
        return;
    }
    p->preparing = true;
    call->tx = &p->read_tx;
    answer_reset(call);
    enum rc rc = call->endpoint->prepare(call);
    if (!p->parked)
        prepared(call, rc);
}

/* ---- after waiting ---- */

void call_resume(struct call *call, enum rc rc)
{
    call->p->parked = false;
    if (call->p->preparing)
        prepared(call, rc);
    else
        call_finish(call, rc);
}

void call_continue(struct call *call, enum rc (*fn)(struct call *call, void *ctx), void *ctx)
{
    call->p->parked = false;
    enum rc rc = fn(call, ctx);
    if (!call->p->parked)
        call_resume(call, rc);
}
