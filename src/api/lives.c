/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/lives.h"

#include "base/container.h"
#include "courier/courier.h"
#include "sync/live.h"

#include <stdlib.h>

/* ---- presence ---- */

struct presence_task {
    struct loop_task task;
    struct live *live;
    size_t count;
    uint64_t room_nids[];
};

static void deliver_presence(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct presence_task *mine = CONTAINER_OF(task, struct presence_task, task);
    live_presence(mine->live, mine->room_nids, mine->count);
    free(mine);
}

void lives_presence(struct server *server, const struct user *user)
{
    courier_presence(server->courier, user->nid);
    if (server->draining) /* nobody waits, as below */
        return;
    int loops = http_server_loop_count(server->http);
    size_t most = user->rooms ? user->rooms->count : 0;
    for (int i = 0; most && i < loops; i++) {
        struct presence_task *mine = xcalloc(1, sizeof *mine + most * sizeof *mine->room_nids);
        mine->task.run = deliver_presence;
        mine->live = server->lives[i];
        for (size_t r = 0; r < most; r++)
            if (user->rooms->rooms[r].membership == MEMBERSHIP_JOIN)
                mine->room_nids[mine->count++] = user->rooms->rooms[r].room_nid;
        loop_post(http_server_loop(server->http, i), &mine->task);
    }
}

struct presence_device caller_device(const struct call *call)
{
    return (struct presence_device){call->who.user_nid, call->who.device_nid};
}

void lives_note_active(struct call *call)
{
    struct presence *presence = call->server->presence;
    if (presence && presence_active(presence, caller_device(call)))
        lives_presence(call->server, call->who.user);
}

/* Who came into a room is seen by those in it, who may never have been told of them. */
static void tell_of_newcomers(struct server *server, const struct notice *notice)
{
    for (size_t i = 0; server->presence && i < notice->user_count; i++)
        if (notice->users[i].what & NOTICE_MEMBERSHIP)
            presence_tell_again(server->presence, notice->users[i].user_nid);
}

/* ---- commits ---- */

struct notice_task {
    struct loop_task task;
    struct live *live;
    struct notice *notice;
};

static void deliver_notice(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct notice_task *mine = CONTAINER_OF(task, struct notice_task, task);
    live_notice(mine->live, mine->notice);
    notice_unref(&mine->notice);
    free(mine);
}

static void on_commit(void *ctx, struct notice *notice)
{
    struct server *server = ctx;
    /* Nobody waits any more, and a loop that has ended would never run the task. */
    if (server->draining)
        return;
    tell_of_newcomers(server, notice);
    int loops = http_server_loop_count(server->http);
    for (int i = 0; i < loops; i++) {
        struct notice_task *mine = xcalloc(1, sizeof *mine);
        mine->task.run = deliver_notice;
        mine->live = server->lives[i];
        mine->notice = notice_ref(notice);
        loop_post(http_server_loop(server->http, i), &mine->task);
    }
}

/* ---- beginning anew ---- */

struct anew_task {
    struct loop_task task;
    struct live *live;
    uint64_t user_nid;
};

static void deliver_anew(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct anew_task *mine = CONTAINER_OF(task, struct anew_task, task);
    live_members_forget_of(mine->live, mine->user_nid);
    free(mine);
}

void lives_begin_anew(struct call *call)
{
    struct server *server = call->server;
    int loops = http_server_loop_count(server->http);
    for (int i = 0; i < loops && !server->draining; i++) {
        if (i == loop_index(call->http->loop))
            continue; /* the answer itself sees to that */
        struct anew_task *mine = xcalloc(1, sizeof *mine);
        mine->task.run = deliver_anew;
        mine->live = server->lives[i];
        mine->user_nid = call->who.user_nid;
        loop_post(http_server_loop(server->http, i), &mine->task);
    }
}

/* ---- draining ---- */

struct drain_task {
    struct loop_task task;
    struct live *live;
};

static void deliver_drain(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct drain_task *mine = CONTAINER_OF(task, struct drain_task, task);
    live_wake_all(mine->live);
    free(mine);
}

void lives_drain(struct server *server)
{
    server->draining = true;
    int loops = http_server_loop_count(server->http);
    for (int i = 0; i < loops; i++) {
        struct drain_task *mine = xcalloc(1, sizeof *mine);
        mine->task.run = deliver_drain;
        mine->live = server->lives[i];
        loop_post(http_server_loop(server->http, i), &mine->task);
    }
}

/* ---- life ---- */

void lives_start(struct server *server)
{
    int loops = http_server_loop_count(server->http);
    server->lives = xcalloc((size_t)loops, sizeof *server->lives);
    for (int i = 0; i < loops; i++)
        server->lives[i] = live_new(http_server_loop(server->http, i), server->store);
    store_observe(server->store, on_commit, server);
}

void lives_stop(struct server *server)
{
    int loops = http_server_loop_count(server->http);
    for (int i = 0; server->lives && i < loops; i++)
        live_free(&server->lives[i]);
    free(server->lives);
    server->lives = NULL;
}
