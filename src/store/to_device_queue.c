/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/to_device_queue.h"

#include "base/map.h"
#include "store/store_private.h"

#include <stdlib.h>

enum {
    DEVICES_KEPT = 100000,
    /* Dropping one at a time would mean looking at the whole queue for each message that comes. */
    DROPPED_COUNT = TO_DEVICE_QUEUE_COUNT / 10,
    DROPPED_BYTES = TO_DEVICE_QUEUE_BYTES / 10,
};

struct queue {
    int64_t count, bytes;
};

struct to_device_queues {
    struct map by_device;
};

/* ---- memory ---- */

static bool forget(void *value, void *ctx)
{
    (void)ctx;
    free(value);
    return false;
}

struct to_device_queues *to_device_queues_new(void)
{
    return xcalloc(1, sizeof(struct to_device_queues));
}

void to_device_queues_free(struct to_device_queues **queues)
{
    if (!*queues)
        return;
    map_filter(&(*queues)->by_device, forget, NULL);
    map_fini(&(*queues)->by_device);
    free(*queues);
    *queues = NULL;
}

void to_device_queue_recount(struct tx *tx, uint64_t device_nid)
{
    free(map_remove(&tx->store->to_device_queues->by_device, device_nid));
}

/* ---- rows ---- */

static enum rc count(struct tx *tx, struct to_device_place of, struct queue *queue)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT count(*), coalesce(sum(size), 0) FROM to_device WHERE user = ?1 AND device = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)of.user_nid);
    db_bind_i64(&q, 2, (int64_t)of.device_nid);
    if (db_next(&q))
        *queue = (struct queue){db_column_i64(&q, 0), db_column_i64(&q, 1)};
    return db_done(&q, NULL);
}

static enum rc known(struct tx *tx, struct to_device_place of, struct queue **ret_queue)
{
    struct map *map = &tx->store->to_device_queues->by_device;
    *ret_queue = map_get(map, of.device_nid);
    if (*ret_queue)
        return RC_OK;
    struct queue fresh = {0};
    TRY(count(tx, of, &fresh));
    if (map->count >= DEVICES_KEPT)
        map_filter(map, forget, NULL);
    *ret_queue = xcalloc(1, sizeof **ret_queue);
    **ret_queue = fresh;
    map_put(map, of.device_nid, *ret_queue);
    return RC_OK;
}

/* ---- at the bound ---- */

static const char *const largest[] = {
    "SELECT sender FROM to_device WHERE user = ?1 AND device = ?2 GROUP BY sender ORDER BY count(*) DESC LIMIT 1",
    "SELECT sender FROM to_device WHERE user = ?1 AND device = ?2 GROUP BY sender ORDER BY sum(size) DESC LIMIT 1",
};

static enum rc find_largest(struct tx *tx, struct to_device_place of, bool by_bytes, int64_t *ret_sender)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, largest[by_bytes], NULL));
    db_bind_i64(&q, 1, (int64_t)of.user_nid);
    db_bind_i64(&q, 2, (int64_t)of.device_nid);
    *ret_sender = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

/* Up to which position the sender's oldest go. */
static enum rc find_cut(struct tx *tx, struct to_device_place of, int64_t sender, bool by_bytes, int64_t *ret_cut)
{
    int64_t seen = 0, bytes = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT pos, size FROM to_device WHERE user = ?1 AND device = ?2 AND sender = ?3 ORDER BY pos", NULL));
    db_bind_i64(&q, 1, (int64_t)of.user_nid);
    db_bind_i64(&q, 2, (int64_t)of.device_nid);
    db_bind_i64(&q, 3, sender);
    while ((by_bytes ? bytes < DROPPED_BYTES : seen < DROPPED_COUNT) && db_next(&q)) {
        *ret_cut = db_column_i64(&q, 0);
        bytes += db_column_i64(&q, 1);
        seen++;
    }
    return db_done(&q, NULL);
}

static enum rc drop_oldest(struct tx *tx, struct to_device_place of, bool by_bytes)
{
    int64_t sender, cut = 0;
    struct db_query q;
    TRY(find_largest(tx, of, by_bytes, &sender));
    TRY(find_cut(tx, of, sender, by_bytes, &cut));
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM to_device WHERE user = ?1 AND device = ?2 AND sender = ?3 AND pos <= ?4",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)of.user_nid);
    db_bind_i64(&q, 2, (int64_t)of.device_nid);
    db_bind_i64(&q, 3, sender);
    db_bind_i64(&q, 4, cut);
    return db_run(&q, NULL);
}

static bool is_full(const struct queue *queue, size_t size)
{
    return queue->count >= TO_DEVICE_QUEUE_COUNT || queue->bytes + (int64_t)size > TO_DEVICE_QUEUE_BYTES;
}

enum rc to_device_queue_take(struct tx *tx, struct to_device_place of, size_t size)
{
    struct queue *queue;
    TRY(known(tx, of, &queue));
    if (is_full(queue, size))
        TRY(count(tx, of, queue));
    while (is_full(queue, size)) {
        TRY(drop_oldest(tx, of, queue->count < TO_DEVICE_QUEUE_COUNT));
        TRY(count(tx, of, queue));
    }
    queue->count++;
    queue->bytes += (int64_t)size;
    return RC_OK;
}
