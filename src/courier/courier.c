/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/courier.h"

#include "base/container.h"
#include "store/rooms.h"

#include <pthread.h>
#include <stdlib.h>

struct courier {
    struct line_parts parts;
    struct loop *loop;
    pthread_t thread;
    VEC(struct line *) lines; /* the thread's, like the next */
    const struct appservices *seen;

    pthread_mutex_t lock; /* over what follows */
    struct loop_task wake;
    bool posted, stopped;
    VEC(const struct appservice *) reached;
    struct news news; /* since the last turn */
    int64_t noticed;  /* position of the last commit heard of; the writer's */
};

/* ---- the thread ---- */

static struct line *line_of(const struct courier *courier, str id)
{
    for (size_t i = 0; i < courier->lines.count; i++)
        if (str_eq(line_service(courier->lines.items[i]), id))
            return courier->lines.items[i];
    return NULL;
}

/* Registrations may have been read again. The line of a service that is gone rests. */
static void see_services(struct courier *courier)
{
    const struct appservices *now = appservice_registry_now(courier->parts.services);
    if (now == courier->seen)
        return;
    courier->seen = now;
    for (size_t i = 0; i < now->count; i++)
        if (!line_of(courier, now->items[i]->id))
            vec_push(&courier->lines, line_new(&courier->parts, now->items[i]->id));
}

static void on_wake(struct loop *loop, struct loop_task *task)
{
    struct courier *courier = CONTAINER_OF(task, struct courier, wake);
    struct news news = {0};
    VEC(const struct appservice *) reached = {0};
    (void)loop;
    pthread_mutex_lock(&courier->lock);
    courier->posted = false;
    news_note_all(&news, &courier->news);
    news_clear(&courier->news);
    for (size_t i = 0; i < courier->reached.count; i++)
        vec_push(&reached, courier->reached.items[i]);
    courier->reached.count = 0;
    pthread_mutex_unlock(&courier->lock);
    see_services(courier);
    for (size_t i = 0; i < courier->lines.count; i++)
        line_wake(courier->lines.items[i], &news);
    for (size_t i = 0; i < reached.count; i++) {
        struct line *line = line_of(courier, reached.items[i]->id);
        if (line)
            line_retry(line);
    }
    vec_fini(&reached);
    news_fini(&news);
}

static void *courier_thread(void *arg)
{
    loop_run(((struct courier *)arg)->loop);
    return NULL;
}

/* ---- from outside ---- */

/* Under the lock, like the next. */
static void wake(struct courier *courier)
{
    if (courier->posted || courier->stopped)
        return;
    courier->posted = true;
    loop_post(courier->loop, &courier->wake);
}

static bool is_news_wanted(const struct courier *courier)
{
    const struct appservices *now = appservice_registry_now(courier->parts.services);
    for (size_t i = 0; i < now->count; i++)
        if (now->items[i]->receive_ephemeral)
            return true;
    return false;
}

static void on_commit(void *ctx, struct notice *notice)
{
    struct courier *courier = ctx;
    pthread_mutex_lock(&courier->lock);
    bool due = false, wanted = !courier->stopped && is_news_wanted(courier);
    for (size_t i = 0; i < notice->room_count; i++) {
        const struct notice_room *room = &notice->rooms[i];
        bool typing = room->what & ROOM_CHANGED_TYPING, receipts = room->what & ROOM_CHANGED_RECEIPTS;
        due |= room->event_count > 0;
        if (wanted && (typing || receipts)) {
            news_note_room(&courier->news, room->room->nid, typing, receipts ? courier->noticed : -1);
            due = true;
        }
    }
    courier->noticed = notice->pos;
    if (due)
        wake(courier);
    pthread_mutex_unlock(&courier->lock);
}

void courier_presence(struct courier *courier, uint64_t user_nid)
{
    if (!courier)
        return;
    pthread_mutex_lock(&courier->lock);
    if (!courier->stopped && is_news_wanted(courier)) {
        news_note_person(&courier->news, user_nid);
        wake(courier);
    }
    pthread_mutex_unlock(&courier->lock);
}

void courier_retry(struct courier *courier, const struct appservice *service)
{
    if (!courier)
        return;
    pthread_mutex_lock(&courier->lock);
    if (service && !courier->stopped)
        vec_push(&courier->reached, service);
    wake(courier);
    pthread_mutex_unlock(&courier->lock);
}

/* ---- life ---- */

static int64_t position_now(const struct line_parts *parts)
{
    static const struct act act = ACT_SERVICE(PURPOSE_MESSAGING);
    struct arena arena = ARENA_INIT;
    struct tx tx;
    store_read(parts->store, parts->reader, &act, &arena, &tx);
    int64_t pos = tx_pos(&tx);
    arena_fini(&arena);
    return pos;
}

enum rc courier_start(struct env *env, const struct line_parts *parts, struct courier **ret_courier, struct error *err)
{
    struct courier *courier = xcalloc(1, sizeof *courier);
    pthread_mutex_init(&courier->lock, NULL);
    courier->parts = *parts;
    courier->wake.run = on_wake;
    courier->noticed = position_now(parts);
    enum rc rc = loop_new(env, parts->reader, &courier->loop, err);
    courier->parts.loop = courier->loop;
    if (rc == RC_OK && pthread_create(&courier->thread, NULL, courier_thread, courier) != 0)
        rc = error_set(err, RC_NOMEM, "cannot start the thread that sends to application services");
    if (rc != RC_OK) {
        courier_free(&courier);
        return rc;
    }
    store_observe(parts->store, on_commit, courier);
    pthread_mutex_lock(&courier->lock);
    wake(courier);
    pthread_mutex_unlock(&courier->lock);
    *ret_courier = courier;
    return RC_OK;
}

void courier_stop(struct courier *courier)
{
    if (!courier)
        return;
    pthread_mutex_lock(&courier->lock);
    courier->stopped = true;
    pthread_mutex_unlock(&courier->lock);
    loop_stop(courier->loop);
    pthread_join(courier->thread, NULL);
}

void courier_free(struct courier **courier_ptr)
{
    struct courier *courier = *courier_ptr;
    if (!courier)
        return;
    for (size_t i = 0; i < courier->lines.count; i++)
        line_free(&courier->lines.items[i]);
    vec_fini(&courier->lines);
    news_fini(&courier->news);
    vec_fini(&courier->reached);
    loop_free(&courier->loop);
    pthread_mutex_destroy(&courier->lock);
    free(courier);
    *courier_ptr = NULL;
}
