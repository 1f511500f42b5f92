/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Unread counts by thread. An unthreaded receipt reads everything up to it, a threaded one its thread; an event is
 * unread when it stands behind both. Nothing is remembered between answers: only clients that ask pay.
 */
#include "store/lifetimes.h"
#include "store/receipts.h"
#include "sync/judge.h"
#include "sync/unread.h"

enum { THREADS_MAX = 100 }; /* with something unread, per room and answer; older ones are left out */

struct tally {
    struct sync_request *request;
    const struct receipt *receipts;
    size_t receipt_count;
    int64_t unthreaded; /* read up to here, all threads */
    struct unread main;
    struct unread_thread *threads;
    size_t count;
};

/* "main" is the thread of everything outside of threads. */
static int64_t read_up_to(const struct tally *tally, str thread)
{
    int64_t pos = tally->unthreaded;
    for (size_t i = 0; i < tally->receipt_count; i++)
        if (str_eq(tally->receipts[i].thread, thread) && tally->receipts[i].event_pos > pos)
            pos = tally->receipts[i].event_pos;
    return pos;
}

static struct unread *slot_of(struct tally *tally, str root)
{
    for (size_t i = 0; i < tally->count; i++)
        if (str_eq(tally->threads[i].root, root))
            return &tally->threads[i].unread;
    if (tally->count == THREADS_MAX)
        return NULL;
    tally->threads[tally->count] = (struct unread_thread){.root = root};
    return &tally->threads[tally->count++].unread;
}

static void tally_event(struct tally *tally, const struct room *room, const struct event *event)
{
    bool threaded = event->relation == REL_THREAD;
    if (event->pos <= read_up_to(tally, threaded ? event->relates_to : S("main")))
        return;
    bool own = event->sender_nid == tally->request->user->nid;
    if (own && event->is_state)
        return;
    struct push_verdict verdict = {0};
    if (!own)
        verdict = judge_event(tally->request, room, event);
    if (!own && !verdict.notify)
        return;
    struct unread *unread = threaded ? slot_of(tally, event->relates_to) : &tally->main;
    if (unread && own)
        *unread = (struct unread){0};
    else if (unread)
        *unread = (struct unread){unread->notify + 1, unread->highlight + verdict.highlight};
}

/* Threads answered by the reader, or read through, have nothing to tell. */
static void drop_empty(struct tally *tally)
{
    size_t kept = 0;
    for (size_t i = 0; i < tally->count; i++)
        if (tally->threads[i].unread.notify)
            tally->threads[kept++] = tally->threads[i];
    tally->count = kept;
}

enum rc unread_count_threads(struct sync_request *request, const struct room *room, const struct user_room *mine,
                             struct unread *ret_main, struct unread_thread **ret_threads, size_t *ret_count)
{
    struct tally tally = {.request = request};
    struct receipt *receipts;
    struct event_list events;
    TRY(judge_load_rules(request));
    TRY(receipts_of_user(request->tx, room, request->user->nid, &receipts, &tally.receipt_count));
    tally.receipts = receipts;
    tally.unthreaded = read_up_to(&tally, S(""));
    if (!tally.unthreaded)
        tally.unthreaded = mine->pos;
    int64_t alive_from = lifetimes_alive_from(request->tx, room);
    tally.threads = arena_array(request->arena, struct unread_thread, THREADS_MAX);
    TRY(events_range(request->tx, room, tally.unthreaded, request->next.pos, true, LOOK_BACK_MAX, &events));
    for (size_t i = events.count; i-- > 0;)
        if (!lifetime_is_over(alive_from, events.items[i]))
            tally_event(&tally, room, events.items[i]);
    drop_empty(&tally);
    *ret_main = tally.main;
    *ret_threads = tally.threads;
    *ret_count = tally.count;
    return RC_OK;
}
