/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/recent.h"

#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>

/* Positions in order, taken from the front as the floor rises. */
struct run {
    VEC(int64_t) positions;
    size_t start;
};

struct recent {
    pthread_rwlock_t lock;
    int64_t floor;
    VEC(struct recent_event) log;
    size_t start;         /* of what is still here */
    struct map ids, txns; /* → position */
    struct map rooms;     /* → struct run */
};

struct recent *recent_new(int64_t floor)
{
    struct recent *recent = xcalloc(1, sizeof *recent);
    pthread_rwlock_init(&recent->lock, NULL);
    recent->floor = floor;
    return recent;
}

static void run_free(struct run *run)
{
    vec_fini(&run->positions);
    free(run);
}

void recent_free(struct recent **recent_ptr)
{
    struct recent *recent = *recent_ptr;
    if (!recent)
        return;
    size_t cursor = 0;
    for (struct run *run; (run = map_next(&recent->rooms, &cursor, NULL, NULL));)
        run_free(run);
    map_fini(&recent->rooms);
    map_fini(&recent->ids);
    map_fini(&recent->txns);
    vec_fini(&recent->log);
    pthread_rwlock_destroy(&recent->lock);
    free(recent);
    *recent_ptr = NULL;
}

static void *as_value(int64_t pos)
{
    return (void *)(intptr_t)pos;
}

/* Only if it is still this event's: a later one of the same key may stand there. */
static void key_remove(struct map *map, int64_t key, int64_t pos)
{
    if (map_get(map, (uint64_t)key) == as_value(pos))
        map_remove(map, (uint64_t)key);
}

static void keys_remove(struct recent *recent, const struct recent_event *event)
{
    key_remove(&recent->ids, event->id8, event->pos);
    if (event->device)
        key_remove(&recent->txns, event->txn, event->pos);
}

static void run_drop_if_empty(struct recent *recent, uint64_t room, struct run *run)
{
    if (run->start < run->positions.count)
        return;
    map_remove(&recent->rooms, room);
    run_free(run);
}

void recent_add(struct recent *recent, const struct recent_event *event)
{
    pthread_rwlock_wrlock(&recent->lock);
    vec_push(&recent->log, *event);
    map_put(&recent->ids, (uint64_t)event->id8, as_value(event->pos));
    if (event->device)
        map_put(&recent->txns, (uint64_t)event->txn, as_value(event->pos));
    struct run *run = map_get(&recent->rooms, event->room);
    if (!run) {
        run = xcalloc(1, sizeof *run);
        map_put(&recent->rooms, event->room, run);
    }
    vec_push(&run->positions, event->pos);
    pthread_rwlock_unlock(&recent->lock);
}

void recent_cut(struct recent *recent, int64_t pos)
{
    pthread_rwlock_wrlock(&recent->lock);
    while (recent->log.count > recent->start && recent->log.items[recent->log.count - 1].pos > pos) {
        const struct recent_event *event = &recent->log.items[--recent->log.count];
        keys_remove(recent, event);
        struct run *run = map_get(&recent->rooms, event->room);
        run->positions.count--;
        run_drop_if_empty(recent, event->room, run);
    }
    pthread_rwlock_unlock(&recent->lock);
}

/* Moves what is left to the front once most of an array is behind its start. */
#define compact(vec, start)                                                                                            \
    do {                                                                                                               \
        if (*(start) > 64 && *(start) > (vec)->count / 2) {                                                            \
            (vec)->count -= *(start);                                                                                  \
            memmove((vec)->items, (vec)->items + *(start), (vec)->count * sizeof *(vec)->items);                       \
            *(start) = 0;                                                                                              \
        }                                                                                                              \
    } while (0)

static void drop_first(struct recent *recent)
{
    const struct recent_event *event = &recent->log.items[recent->start++];
    keys_remove(recent, event);
    recent->floor = event->pos;
    struct run *run = map_get(&recent->rooms, event->room);
    run->start++;
    compact(&run->positions, &run->start);
    run_drop_if_empty(recent, event->room, run);
}

void recent_drop(struct recent *recent, int64_t floor, size_t most)
{
    pthread_rwlock_wrlock(&recent->lock);
    while (most-- && recent->start < recent->log.count && recent->log.items[recent->start].pos <= floor)
        drop_first(recent);
    compact(&recent->log, &recent->start);
    pthread_rwlock_unlock(&recent->lock);
}

/* Index of the first entry above pos. */
static size_t log_above(const struct recent *recent, int64_t pos)
{
    size_t low = recent->start, high = recent->log.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (recent->log.items[middle].pos <= pos)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t recent_copy(struct recent *recent, int64_t from, struct recent_event *ret_events, size_t count)
{
    pthread_rwlock_rdlock(&recent->lock);
    size_t first = log_above(recent, from), there = recent->log.count - first;
    if (count > there)
        count = there;
    if (count)
        memcpy(ret_events, &recent->log.items[first], count * sizeof *ret_events);
    pthread_rwlock_unlock(&recent->lock);
    return count;
}

size_t recent_count_above(struct recent *recent, int64_t pos)
{
    pthread_rwlock_rdlock(&recent->lock);
    size_t count = recent->log.count - log_above(recent, pos);
    pthread_rwlock_unlock(&recent->lock);
    return count;
}

void recent_forget_device(struct recent *recent, int64_t pos)
{
    pthread_rwlock_wrlock(&recent->lock);
    size_t at = log_above(recent, pos - 1);
    struct recent_event *event = at < recent->log.count ? &recent->log.items[at] : NULL;
    if (event && event->pos == pos && event->device) {
        key_remove(&recent->txns, event->txn, pos);
        event->device = 0;
    }
    pthread_rwlock_unlock(&recent->lock);
}

int64_t recent_floor(struct recent *recent)
{
    pthread_rwlock_rdlock(&recent->lock);
    int64_t floor = recent->floor;
    pthread_rwlock_unlock(&recent->lock);
    return floor;
}

static int64_t lookup(struct recent *recent, const struct map *map, int64_t key)
{
    pthread_rwlock_rdlock(&recent->lock);
    int64_t pos = (int64_t)(intptr_t)map_get(map, (uint64_t)key);
    pthread_rwlock_unlock(&recent->lock);
    return pos;
}

int64_t recent_by_id(struct recent *recent, int64_t id8)
{
    return lookup(recent, &recent->ids, id8);
}

int64_t recent_by_txn(struct recent *recent, int64_t txn)
{
    return lookup(recent, &recent->txns, txn);
}

static size_t run_above(const struct run *run, int64_t pos)
{
    size_t low = run->start, high = run->positions.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (run->positions.items[middle] <= pos)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t recent_range(struct recent *recent, uint64_t room, int64_t from, int64_t to, int backwards, size_t limit,
                    int64_t *ret_positions, int64_t *ret_floor)
{
    size_t count = 0;
    pthread_rwlock_rdlock(&recent->lock);
    *ret_floor = recent->floor;
    const struct run *run = map_get(&recent->rooms, room);
    if (run) {
        size_t first = run_above(run, from), end = run_above(run, to);
        for (; first < end && count < limit; count++)
            ret_positions[count] = run->positions.items[backwards ? --end : first++];
    }
    pthread_rwlock_unlock(&recent->lock);
    return count;
}
