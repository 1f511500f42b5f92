/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/chat.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#define ALICE S("@alice:example.org")

/* Holds the writer until opened, so that what is queued meanwhile makes one batch. */
struct gate {
    struct write_job job;
    struct arena arena;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool running, open;
    int left;
};

static enum rc gate_run(struct write_job *job, struct tx *tx)
{
    (void)tx;
    struct gate *gate = (struct gate *)job;
    pthread_mutex_lock(&gate->lock);
    gate->running = true;
    pthread_cond_broadcast(&gate->moved);
    while (!gate->open)
        pthread_cond_wait(&gate->moved, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    return RC_OK;
}

static void gate_done(struct write_job *job, enum rc rc)
{
    (void)job;
    (void)rc;
}

static void gate_close(struct gate *gate, struct store *store)
{
    *gate = (struct gate){.job = {.arena = &gate->arena, .run = gate_run, .done = gate_done},
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .moved = PTHREAD_COND_INITIALIZER};
    store_write(store, &gate->job);
    pthread_mutex_lock(&gate->lock);
    while (!gate->running)
        pthread_cond_wait(&gate->moved, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

/* A job of a batch; what became of it. */
struct job {
    struct write_job job;
    struct arena arena;
    struct gate *gate;
    struct chat_send send;
    enum rc then; /* what run returns after sending */
    int published, dropped, order;
    enum rc rc;
};

static void job_published(struct store *store, void *arg)
{
    (void)store;
    ((struct job *)arg)->published++;
}

static void job_dropped(void *arg)
{
    ((struct job *)arg)->dropped++;
}

static enum rc job_run(struct write_job *base, struct tx *tx)
{
    struct job *job = (struct job *)base;
    tx_after_commit(tx, job_published, job_dropped, job);
    TRY(chat_send_run(tx, &job->send));
    return job->then;
}

static void job_done(struct write_job *base, enum rc rc)
{
    struct job *job = (struct job *)base;
    pthread_mutex_lock(&job->gate->lock);
    job->rc = rc;
    job->order = job->gate->left--;
    pthread_cond_broadcast(&job->gate->moved);
    pthread_mutex_unlock(&job->gate->lock);
}

static void jobs_queue(struct stores *stores, struct gate *gate, struct job *jobs, int count, uint64_t nid)
{
    for (int i = 0; i < count; i++) {
        struct job *job = &jobs[i];
        job->job = (struct write_job){.arena = &job->arena, .run = job_run, .done = job_done};
        job->gate = gate;
        job->send.room_nid = nid;
        job->send.sender_nid = 1;
        job->send.sender = ALICE;
        job->send.type = S("m.room.message");
        if (!job->send.content.ptr)
            job->send.content = S("{\"msgtype\":\"m.text\",\"body\":\"batch\"}");
        store_write(stores->store, &job->job);
    }
    pthread_mutex_lock(&gate->lock);
    gate->left = count;
    gate->open = true;
    pthread_cond_broadcast(&gate->moved);
    while (gate->left)
        pthread_cond_wait(&gate->moved, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void jobs_fini(struct job *jobs, int count)
{
    for (int i = 0; i < count; i++)
        arena_fini(&jobs[i].arena);
}

static uint64_t some_room(struct stores *stores)
{
    stores_user(stores, S("alice"));
    return chat_room(stores, 1, ALICE, S("12"));
}

static void a_failing_job_undoes_only_itself(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = some_room(stores);
    struct tx tx = stores_read(stores);
    int64_t before = tx_pos(&tx);
    struct gate gate;
    struct job jobs[4] = {{.then = RC_OK}, {.then = RC_FORBIDDEN}, {.then = RC_OK}, {.then = RC_LIMITED}};
    jobs[1].send.content = S("{\"body\":\"undone\"}"); /* else the next one would be the same event */
    gate_close(&gate, stores->store);
    jobs_queue(stores, &gate, jobs, 4, nid);
    assert_int_equal(jobs[0].rc, RC_OK);
    assert_int_equal(jobs[1].rc, RC_FORBIDDEN);
    assert_int_equal(jobs[2].rc, RC_OK);
    assert_int_equal(jobs[3].rc, RC_LIMITED);
    assert_int_equal(jobs[0].send.pos, before + 1);
    assert_int_equal(jobs[2].send.pos, before + 2);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(jobs[i].order, 4 - i);
        assert_int_equal(jobs[i].published, jobs[i].rc == RC_OK);
        assert_int_equal(jobs[i].dropped, jobs[i].rc != RC_OK);
    }
    for (int round = 0; round < 2; round++) {
        tx = stores_read(stores);
        const struct room *room = chat_get(&tx, nid);
        size_t count = room_timeline_count(room);
        assert_int_equal(tx_pos(&tx), before + 2);
        assert_int_equal(room->last_pos, before + 2);
        assert_true(str_eq(room_timeline_at(room, count - 1)->event_id, jobs[2].send.event_id));
        assert_true(str_eq(room_timeline_at(room, count - 2)->event_id, jobs[0].send.event_id));
        const struct event *event;
        assert_int_equal(events_find(&tx, room, jobs[1].send.event_id, &event), RC_NOT_FOUND);
        stores_restart(stores);
    }
    jobs_fini(jobs, 4);
}

static void a_failing_commit_fails_the_batch_and_changes_nothing(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = some_room(stores);
    struct tx tx = stores_read(stores);
    int64_t before = tx_pos(&tx);
    struct gate gate;
    struct job jobs[3] = {0}, after[1] = {0};
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, tight;
    getrlimit(RLIMIT_FSIZE, &old);
    tight = old;
    tight.rlim_cur = 1000; /* less than a page: however much of the log the checkpointer has just moved */
    setrlimit(RLIMIT_FSIZE, &tight);
    gate_close(&gate, stores->store);
    jobs_queue(stores, &gate, jobs, 3, nid);
    setrlimit(RLIMIT_FSIZE, &old);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(jobs[i].rc, RC_STORE);
        assert_int_equal(jobs[i].published, 0);
        assert_int_equal(jobs[i].dropped, 1);
    }
    assert_int_equal(tx_pos(&tx), before);
    assert_int_equal(chat_get(&tx, nid)->last_pos, before);
    gate_close(&gate, stores->store);
    jobs_queue(stores, &gate, after, 1, nid);
    assert_int_equal(after[0].rc, RC_OK);
    assert_int_equal(after[0].send.pos, before + 1);
    stores_restart(stores);
    tx = stores_read(stores);
    assert_int_equal(chat_get(&tx, nid)->last_pos, before + 1);
    jobs_fini(jobs, 3);
    jobs_fini(after, 1);
}

static enum rc limit_pages(struct tx *tx, void *arg)
{
    (void)arg;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "PRAGMA max_page_count=1", NULL)); /* as many as there are now */
    return db_run(&q, NULL);
}

static enum rc unlimit_pages(struct tx *tx, void *arg)
{
    (void)arg;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "PRAGMA max_page_count=1000000", NULL));
    return db_run(&q, NULL);
}

static void a_full_disk_is_an_error_to_all_and_recovers(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = some_room(stores);
    struct tx tx = stores_read(stores);
    int64_t before = tx_pos(&tx);
    assert_int_equal(stores_write(stores, limit_pages, NULL), RC_OK);
    static char big[40000];
    int len = snprintf(big, sizeof big, "{\"body\":\"");
    memset(big + len, 'x', sizeof big - (size_t)len - 3);
    memcpy(big + sizeof big - 3, "\"}", 3);
    struct gate gate;
    struct job jobs[3] = {0}, after[1] = {0};
    jobs[1].send.content = str_from(big, sizeof big - 1);
    gate_close(&gate, stores->store);
    jobs_queue(stores, &gate, jobs, 3, nid);
    assert_int_equal(jobs[1].rc, RC_STORE);
    assert_int_equal(stores_write(stores, unlimit_pages, NULL), RC_OK);
    gate_close(&gate, stores->store);
    jobs_queue(stores, &gate, after, 1, nid);
    assert_int_equal(after[0].rc, RC_OK);
    int64_t kept = (jobs[0].rc == RC_OK) + (jobs[2].rc == RC_OK);
    assert_int_equal(after[0].send.pos, before + kept + 1);
    jobs_fini(jobs, 3);
    jobs_fini(after, 1);
}

static enum rc create_then_fail(struct tx *tx, void *arg)
{
    struct new_user *user = arg;
    TRY(users_create(tx, user->name, 0, &user->nid, NULL));
    return RC_FORBIDDEN;
}

static void a_user_of_a_failed_job_leaves_nothing(void **state)
{
    struct stores *stores = *state;
    struct new_user user = {.name = S("carol")};
    assert_int_equal(stores_write(stores, create_then_fail, &user), RC_FORBIDDEN);
    struct tx tx = stores_read(stores);
    const struct user *found;
    assert_int_equal(users_find(&tx, S("@carol:example.org"), &found), RC_NOT_FOUND);
    assert_int_equal(stores_user(stores, S("carol")), 1);
    assert_int_equal(users_find(&tx, S("@carol:example.org"), &found), RC_OK);
}

struct seen {
    pthread_mutex_t lock;
    struct notice *last;
    int count;
};

static void observe(void *ctx, struct notice *notice)
{
    struct seen *seen = ctx;
    pthread_mutex_lock(&seen->lock);
    notice_unref(&seen->last);
    seen->last = notice_ref(notice);
    seen->count++;
    pthread_mutex_unlock(&seen->lock);
}

static void observers_are_told_of_a_batch_once_before_its_replies(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = some_room(stores);
    struct seen seen = {.lock = PTHREAD_MUTEX_INITIALIZER};
    store_observe(stores->store, observe, &seen);
    struct gate gate;
    struct job jobs[3] = {{.then = RC_OK}, {.then = RC_FORBIDDEN}, {.then = RC_OK}};
    gate_close(&gate, stores->store);
    jobs_queue(stores, &gate, jobs, 3, nid);
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.last->pos, jobs[2].send.pos);
    assert_int_equal(seen.last->room_count, 1);
    const struct notice_room *room = &seen.last->rooms[0];
    assert_int_equal(room->what, ROOM_CHANGED_EVENTS);
    assert_int_equal(room->event_count, 2);
    assert_int_equal(room->events[0]->pos, jobs[0].send.pos);
    assert_int_equal(room->events[1]->pos, jobs[2].send.pos);
    assert_int_equal(room->room->last_pos, jobs[2].send.pos);
    notice_unref(&seen.last);
    jobs_fini(jobs, 3);
}

/* ---- Readers beside the writer ---- */

struct reading {
    struct stores *stores;
    uint64_t nid;
    int reader;
    _Atomic bool *stop;
    int rounds;
};

/* Each snapshot must be whole in itself, and newer ones never older. */
static void *read_on(void *arg)
{
    struct reading *reading = arg;
    struct arena arena = ARENA_INIT;
    int64_t last = 0;
    while (!atomic_load(reading->stop)) {
        struct tx tx;
        store_read(reading->stores->store, reading->reader, &stores_act, &arena, &tx);
        const struct room *room;
        struct event_list list;
        const struct user *user;
        int64_t pos = tx_pos(&tx);
        if (rooms_get(&tx, reading->nid, &room) != RC_OK || users_find(&tx, ALICE, &user) != RC_OK)
            abort();
        if (room->last_pos < last || room->last_pos < pos)
            abort();
        last = room->last_pos;
        size_t count = room_timeline_count(room);
        if (room_timeline_at(room, count - 1)->pos != last)
            abort();
        if (events_range(&tx, room, 0, last, true, 80, &list) != RC_OK || list.items[0]->pos != last)
            abort();
        for (size_t i = 1; i < list.count; i++)
            if (list.items[i]->pos != list.items[i - 1]->pos - 1)
                abort();
        reading->rounds++;
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return NULL;
}

static void readers_see_whole_snapshots_while_the_writer_works(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = some_room(stores);
    _Atomic bool stop = false;
    struct reading readings[2] = {{stores, nid, 0, &stop, 0}, {stores, nid, 1, &stop, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, read_on, &readings[i]);
    struct arena arena = ARENA_INIT;
    for (int i = 0; i < 300; i++) {
        struct chat_send send = {.room_nid = nid,
                                 .sender_nid = 1,
                                 .sender = ALICE,
                                 .type = S("m.room.message"),
                                 .content = S("{\"body\":\"x\"}")};
        assert_int_equal(store_write_wait(stores->store, &stores_act, &arena, chat_send_run, &send), RC_OK);
        arena_reset(&arena);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    arena_fini(&arena);
    assert_true(readings[0].rounds > 0 && readings[1].rounds > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_failing_job_undoes_only_itself),
        STORES_TEST(a_failing_commit_fails_the_batch_and_changes_nothing),
        STORES_TEST(a_full_disk_is_an_error_to_all_and_recovers),
        STORES_TEST(a_user_of_a_failed_job_leaves_nothing),
        STORES_TEST(observers_are_told_of_a_batch_once_before_its_replies),
        STORES_TEST(readers_see_whole_snapshots_while_the_writer_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
