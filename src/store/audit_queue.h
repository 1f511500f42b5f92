/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What still has to go into the audit: refusals, and releases whose tx was undone. Both must stay although nothing else
 * of the tx does, and many come from a tx that cannot write; so they wait here, in memory, for a job of their own
 * (privacy/audit.h). Bounded: like ones are counted together, and what finds no place is counted too. Thread-safe.
 */
#ifndef STORE_AUDIT_QUEUE_H
#define STORE_AUDIT_QUEUE_H

#include "base/arena.h"
#include "catalogue/field.h"
#include "store/act.h"

#include <stddef.h>

enum { AUDIT_QUEUE_MAX = 256, AUDIT_REASON_MAX = 127 };

struct audit_note {
    int kind; /* enum audit_kind */
    enum actor actor;
    uint64_t actor_nid;
    enum legal_basis basis;
    uint64_t subject;
    enum personal_field field;
    enum purpose purpose;
    uint64_t count;
    const char *why; /* static, or NULL */
    char reason[AUDIT_REASON_MAX + 1];
};

struct audit_queue;
struct store;
/* The store's own. */
struct audit_queue *store_audit_queue(struct store *store);

struct audit_queue *audit_queue_new(void);
void audit_queue_free(struct audit_queue **queue);

void audit_queue_put(struct audit_queue *queue, const struct audit_note *note);
/* Everything so far, in order, in the arena; *ret_lost: how many more there were no room for. */
void audit_queue_take(struct audit_queue *queue, struct arena *arena, struct audit_note **ret_notes, size_t *ret_count,
                      uint64_t *ret_lost);
/* A take whose commit failed: puts everything back, counts and all. */
void audit_queue_give_back(struct audit_queue *queue, const struct audit_note *notes, size_t count, uint64_t lost);
bool audit_queue_is_empty(struct audit_queue *queue);

#endif
