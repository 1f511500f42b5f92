/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Entries that must not share the fate of the tx they come from. */
#include "privacy/audit.h"

#include "store/audit_queue.h"

#include <stdio.h>

static struct audit_note note_of(const struct tx *tx, const struct audit_entry *entry, const char *why)
{
    static const struct act nobody = {.actor = ACTOR_NOBODY, .basis = BASIS_CONTRACT};
    const struct act *act = tx->act ? tx->act : &nobody;
    struct audit_note note = {.kind = (int)entry->kind,
                              .actor = act->actor,
                              .actor_nid = act->actor_nid,
                              .basis = act->basis,
                              .subject = entry->subject,
                              .field = entry->field,
                              .purpose = entry->purpose,
                              .count = entry->count ? entry->count : 1,
                              .why = why};
    if (act->reason)
        snprintf(note.reason, sizeof note.reason, "%s", act->reason);
    return note;
}

void audit_later(struct tx *tx, const struct audit_entry *entry, const char *why)
{
    struct audit_note note = note_of(tx, entry, why);
    audit_queue_put(store_audit_queue(tx->store), &note);
}

static void nothing_to_do(struct store *store, void *arg)
{
    (void)store;
    (void)arg;
}

/* ---- a release whose tx is undone ---- */

struct undone {
    struct audit_queue *queue;
    struct audit_note note;
};

static void put_undone(void *arg)
{
    struct undone *undone = arg;
    audit_queue_put(undone->queue, &undone->note);
}

void audit_again_if_undone(struct tx *tx, const struct audit_entry *entry)
{
    struct undone *undone = arena_new(tx->arena, struct undone);
    *undone = (struct undone){.queue = store_audit_queue(tx->store),
                              .note = note_of(tx, entry, "what it was read for was undone")};
    tx_after_commit(tx, nothing_to_do, put_undone, undone);
}

/* ---- writing what waits ---- */

struct taken {
    struct audit_queue *queue;
    struct audit_note *notes;
    size_t count;
    uint64_t lost;
};

static void give_back(void *arg)
{
    struct taken *taken = arg;
    audit_queue_give_back(taken->queue, taken->notes, taken->count, taken->lost);
}

static enum rc append_as(struct tx *tx, const struct act *act, const struct audit_entry *entry)
{
    const struct act *own = tx->act;
    tx->act = act;
    enum rc rc = audit_append(tx, entry);
    tx->act = own;
    return rc;
}

static enum rc append_note(struct tx *tx, const struct audit_note *note)
{
    struct act act = {.actor = note->actor,
                      .actor_nid = note->actor_nid,
                      .basis = note->basis,
                      .reason = note->reason[0] ? note->reason : NULL};
    struct audit_entry entry = {.kind = (enum audit_kind)note->kind,
                                .subject = note->subject,
                                .field = note->field,
                                .purpose = note->purpose,
                                .count = note->count,
                                .detail = note->why ? str_of(note->why) : STR_NONE};
    return append_as(tx, &act, &entry);
}

enum rc audit_write_waiting(struct tx *tx)
{
    struct taken *taken = arena_new(tx->arena, struct taken);
    taken->queue = store_audit_queue(tx->store);
    audit_queue_take(taken->queue, tx->arena, &taken->notes, &taken->count, &taken->lost);
    tx_after_commit(tx, nothing_to_do, give_back, taken);
    for (size_t i = 0; i < taken->count; i++)
        TRY(append_note(tx, &taken->notes[i]));
    if (!taken->lost)
        return RC_OK;
    struct audit_entry entry = {
        .kind = AUDIT_REFUSED, .count = taken->lost, .detail = S("more at once than could be told apart")};
    return audit_append(tx, &entry);
}

bool audit_is_waiting(struct store *store)
{
    return !audit_queue_is_empty(store_audit_queue(store));
}
