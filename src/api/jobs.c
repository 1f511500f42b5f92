/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/jobs.h"

#include "api/call.h"
#include "api/delayed.h"
#include "api/erasure_job.h"
#include "api/guests.h"
#include "api/lives.h"
#include "api/log_keeper.h"
#include "api/parts.h"
#include "api/policy_notice.h"
#include "api/server_notices.h"
#include "api/third_party_taken.h"
#include "api/typing.h"
#include "base/container.h"
#include "base/log.h"
#include "media/file.h"
#include "media/pictures.h"
#include "notify/file_provider.h"
#include "privacy/audit.h"
#include "privacy/retention.h"
#include "store/media.h"
#include "sync/presence.h"

#include <stdlib.h>

/* Nobody tells when a client is gone: who has fallen silent is found by looking. */
static enum rc silence_typing(struct tx *tx, struct server *server)
{
    return typing_expire(tx, server->typing);
}

static enum rc sweep_presence(struct tx *tx, struct server *server)
{
    uint64_t *nids = NULL;
    size_t count = 0;
    if (server->presence)
        presence_sweep(server->presence, tx->arena, &nids, &count);
    for (size_t i = 0; i < count; i++) {
        const struct user *user;
        enum rc rc = users_get(tx, nids[i], &user);
        if (rc == RC_OK)
            lives_presence(server, user);
        else if (rc != RC_NOT_FOUND) /* erased meanwhile */
            return rc;
    }
    return RC_OK;
}

/* Files no row knows: left by a commit that failed or a process that died before it. One of 256 parts each time. */
static enum rc reap_media(struct tx *tx, struct server *server)
{
    str *names;
    size_t count;
    enum { MIN_AGE_MS = 3600 * 1000 };
    pictures_tend(server->pictures);
    TRY(media_drop_expired(tx));
    TRY(media_folder_list(server->media, server->media_part++, MIN_AGE_MS, tx->arena, &names, &count));
    for (size_t i = 0; i < count; i++) {
        bool known;
        TRY(media_knows_file(tx, names[i], &known));
        if (!known)
            media_file_remove(server->media, names[i]);
    }
    return RC_OK;
}

/* Turn after turn while there is something, then a look each minute (obligation 4.2). */
static enum rc keep_retention(struct tx *tx, struct server *server)
{
    enum { LOOK_EVERY_MS = 60 * 1000 };
    int64_t now = env_now_ms(tx->env);
    bool more;
    if (now < server->retention_look_ms && server->retention_look_ms <= now + LOOK_EVERY_MS)
        return RC_OK;
    server->retention_look_ms = now + LOOK_EVERY_MS;
    TRY(retention_turn(tx, &more));
    if (more)
        server->retention_look_ms = 0;
    return RC_OK;
}

/* Before its row is gone for good, as in erasing: should the turn be undone, the next finds the row again. */
static void remove_upload(void *ctx, str name)
{
    media_file_remove(ctx, name);
}

static enum rc keep_room_retention(struct tx *tx, struct server *server)
{
    server->retention_rooms.remove_file = remove_upload;
    server->retention_rooms.ctx = server->media;
    return retention_rooms_turn(tx, &server->retention_rooms);
}

/* The file a person reads codes from keeps them for a day (FIELD_OUTBOX_FILE). */
static enum rc forget_sent(struct tx *tx, struct server *server)
{
    int64_t before_ms = env_now_ms(tx->env) - FILE_PROVIDER_KEEPS_MS;
    return server->sent ? file_provider_forget(server->sent, before_ms, NULL) : RC_OK;
}

static enum rc write_audit(struct tx *tx, struct server *server)
{
    return audit_is_waiting(server->store) ? audit_write_waiting(tx) : RC_OK;
}

static const struct job all_jobs[] = {
    {"audit", 1000, write_audit, ACT_SERVICE(PURPOSE_RIGHTS)},
    {"public log", 1000, log_keeper_job, ACT_SERVICE(PURPOSE_RIGHTS)},
    {"media", 60000, reap_media, ACT_SERVICE(PURPOSE_RETENTION)},
    {"typing", 1000, silence_typing, ACT_SERVICE(PURPOSE_MESSAGING)},
    {"presence", 10000, sweep_presence, ACT_SERVICE(PURPOSE_MESSAGING)},
    {"last seen", 60 * 1000, parts_write_last_seen, ACT_SERVICE(PURPOSE_ACCOUNT_SECURITY)},
    {"erasure", 250, erasure_job, ERASURE_JOB_ACT},
    {"guests", 5000, guests_job, ACT_SERVICE(PURPOSE_RETENTION)},
    {"delayed events", 250, delayed_job, ACT_SERVICE(PURPOSE_MESSAGING)},
    {"policy notice", 1000, policy_notice_job, ACT_SERVICE(PURPOSE_SERVICE)},
    {"server notices", 500, server_notices_job, ACT_SERVICE(PURPOSE_SERVICE)},
    {"retention", 1000, keep_retention, ACT_SERVICE(PURPOSE_RETENTION)},
    {"retention in rooms", 1000, keep_room_retention, ACT_SERVICE(PURPOSE_RETENTION)},
    {"sent messages", 10 * 60 * 1000, forget_sent, ACT_SERVICE(PURPOSE_RETENTION)},
    {"invites to contacts", 60 * 1000, third_party_invites_lapse, ACT_SERVICE(PURPOSE_SERVICE)},
    {"reap codes", 10 * 60 * 1000, parts_reap_codes, ACT_SERVICE(PURPOSE_RETENTION)},
};

enum { JOBS = sizeof all_jobs / sizeof *all_jobs };

/* One job's clockwork. `running` is touched by the loop and the writer. */
struct clockwork {
    struct jobs *jobs;
    const struct job *job;
    struct loop_timer timer;
    _Atomic bool running;
};

struct jobs {
    struct server *server;
    struct loop *loop;
    struct clockwork clockworks[JOBS];
};

static enum rc job_run(struct tx *tx, void *arg)
{
    struct clockwork *work = arg;
    return work->job->run(tx, work->jobs->server);
}

static void job_done(void *arg, enum rc rc)
{
    struct clockwork *work = arg;
    if (rc != RC_OK)
        log_event(LOG_ERROR, "job failed", LOG_TEXT("job", work->job->name), LOG_TEXT("rc", rc_name(rc)));
    work->running = false;
}

static void job_tick(struct loop *loop, struct loop_timer *timer)
{
    struct clockwork *work = CONTAINER_OF(timer, struct clockwork, timer);
    if (!work->running) {
        work->running = true;
        server_write(work->jobs->server, &work->job->act, job_run, job_done, work);
    }
    loop_timer_set(loop, timer, work->job->every_ms);
}

struct jobs *jobs_new(struct server *server, struct loop *loop)
{
    struct jobs *jobs = xcalloc(1, sizeof *jobs);
    jobs->server = server;
    jobs->loop = loop;
    for (size_t i = 0; i < JOBS; i++) {
        struct clockwork *work = &jobs->clockworks[i];
        if (!all_jobs[i].run)
            continue;
        work->jobs = jobs;
        work->job = &all_jobs[i];
        work->timer.fire = job_tick;
        loop_timer_set(loop, &work->timer, work->job->every_ms);
    }
    return jobs;
}

void jobs_stop(struct jobs *jobs)
{
    for (size_t i = 0; jobs && i < JOBS; i++)
        if (all_jobs[i].run)
            loop_timer_cancel(jobs->loop, &jobs->clockworks[i].timer);
}

void jobs_free(struct jobs **jobs)
{
    free(*jobs);
    *jobs = NULL;
}

/* ---- server_write ---- */

struct server_job {
    struct write_job job;
    struct arena arena;
    enum rc (*run)(struct tx *tx, void *arg);
    void (*done)(void *arg, enum rc rc);
    void *arg;
};

static enum rc server_job_run(struct write_job *job, struct tx *tx)
{
    struct server_job *mine = CONTAINER_OF(job, struct server_job, job);
    return mine->run(tx, mine->arg);
}

static void server_job_done(struct write_job *job, enum rc rc)
{
    struct server_job *mine = CONTAINER_OF(job, struct server_job, job);
    if (mine->done)
        mine->done(mine->arg, rc);
    arena_fini(&mine->arena);
    free(mine);
}

void server_write(struct server *server, const struct act *act, enum rc (*run)(struct tx *tx, void *arg),
                  void (*done)(void *arg, enum rc rc), void *arg)
{
    struct server_job *mine = xcalloc(1, sizeof *mine);
    arena_init(&mine->arena);
    mine->job = (struct write_job){.arena = &mine->arena, .act = act, .run = server_job_run, .done = server_job_done};
    mine->run = run;
    mine->done = done;
    mine->arg = arg;
    store_write(server->store, &mine->job);
}

/* ---- at rest ---- */

struct letting_go {
    void (*then)(void);
};

static enum rc let_go(struct tx *tx, void *arg)
{
    (void)arg;
    store_let_go(tx);
    return RC_OK;
}

static void let_go_done(void *arg, enum rc rc)
{
    struct letting_go *letting_go = arg;
    (void)rc;
    letting_go->then();
    free(letting_go);
}

void server_let_go(struct server *server, void (*then)(void))
{
    static const struct act act = ACT_SERVICE(PURPOSE_SERVICE);
    struct letting_go *letting_go = xmalloc(sizeof *letting_go);
    letting_go->then = then;
    server_write(server, &act, let_go, let_go_done, letting_go);
}
