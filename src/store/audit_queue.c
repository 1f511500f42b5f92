/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/audit_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct audit_queue {
    pthread_mutex_t lock;
    size_t count;
    uint64_t lost;
    struct audit_note notes[AUDIT_QUEUE_MAX];
};

struct audit_queue *audit_queue_new(void)
{
    struct audit_queue *queue = xcalloc(1, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    return queue;
}

void audit_queue_free(struct audit_queue **queue_ptr)
{
    struct audit_queue *queue = *queue_ptr;
    if (!queue)
        return;
    pthread_mutex_destroy(&queue->lock);
    free(queue);
    *queue_ptr = NULL;
}

static bool is_like(const struct audit_note *a, const struct audit_note *b)
{
    return a->kind == b->kind && a->actor == b->actor && a->actor_nid == b->actor_nid && a->basis == b->basis
           && a->subject == b->subject && a->field == b->field && a->purpose == b->purpose && a->why == b->why
           && strcmp(a->reason, b->reason) == 0;
}

/* With the lock held. */
static void put(struct audit_queue *queue, const struct audit_note *note)
{
    for (size_t i = 0; i < queue->count; i++) {
        if (is_like(&queue->notes[i], note)) {
            queue->notes[i].count += note->count;
            return;
        }
    }
    if (queue->count < AUDIT_QUEUE_MAX)
        queue->notes[queue->count++] = *note;
    else
        queue->lost += note->count;
}

void audit_queue_put(struct audit_queue *queue, const struct audit_note *note)
{
    audit_queue_give_back(queue, note, 1, 0);
}

void audit_queue_give_back(struct audit_queue *queue, const struct audit_note *notes, size_t count, uint64_t lost)
{
    pthread_mutex_lock(&queue->lock);
    for (size_t i = 0; i < count; i++)
        put(queue, &notes[i]);
    queue->lost += lost;
    pthread_mutex_unlock(&queue->lock);
}

void audit_queue_take(struct audit_queue *queue, struct arena *arena, struct audit_note **ret_notes, size_t *ret_count,
                      uint64_t *ret_lost)
{
    pthread_mutex_lock(&queue->lock);
    struct audit_note *notes = arena_array(arena, struct audit_note, queue->count + 1);
    memcpy(notes, queue->notes, queue->count * sizeof *notes);
    *ret_notes = notes;
    *ret_count = queue->count;
    *ret_lost = queue->lost;
    queue->count = 0;
    queue->lost = 0;
    pthread_mutex_unlock(&queue->lock);
}

bool audit_queue_is_empty(struct audit_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    bool empty = queue->count == 0 && queue->lost == 0;
    pthread_mutex_unlock(&queue->lock);
    return empty;
}
