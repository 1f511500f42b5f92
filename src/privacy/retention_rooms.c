/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/audit.h"
#include "privacy/retention.h"
#include "store/holds.h"
#include "store/lifetimes.h"

struct moved {
    struct retention_rooms *rooms;
    struct retention_rooms to;
};

static void move(struct store *store, void *arg)
{
    const struct moved *moved = arg;
    (void)store;
    *moved->rooms = moved->to;
}

/* Once after the start, and once more whenever the clock was set back: then what is due seems far away. */
static enum rc note_rooms(struct tx *tx, struct retention_rooms *rooms)
{
    struct moved *moved = arena_new(tx->arena, struct moved);
    int64_t now = env_now_ms(tx->env);
    moved->rooms = rooms;
    moved->to = *rooms;
    moved->to.at_ms = now;
    if (now < rooms->at_ms)
        moved->to.looked_at = 0;
    TRY(lifetimes_note_next(tx, &moved->to.looked_at));
    tx_after_commit(tx, move, NULL, moved);
    return RC_OK;
}

enum rc retention_rooms_turn(struct tx *tx, struct retention_rooms *rooms)
{
    struct lifetimes_work work = {.left = RETENTION_TURN, .remove_file = rooms->remove_file, .ctx = rooms->ctx};
    TRY(note_rooms(tx, rooms));
    TRY(holds_subjects(tx, &work.held));
    TRY(lifetimes_work(tx, &work));
    if (!work.buried)
        return RC_OK;
    tx_empty_logs(tx);
    const struct audit_entry entry = {
        .kind = AUDIT_RETENTION, .field = FIELD_EVENT, .purpose = PURPOSE_RETENTION, .count = (uint64_t)work.buried};
    return audit_append(tx, &entry);
}

enum rc retention_rooms_overdue(struct tx *tx, int64_t *ret_rooms)
{
    return lifetimes_overdue(tx, env_now_ms(tx->env) - RETENTION_GRACE_MS, ret_rooms);
}
