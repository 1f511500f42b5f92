/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One group commit: what its jobs share, how a job and how all of it are undone. */
#include "store/data_keys.h"
#include "store/recent.h"
#include "store/rooms_private.h"
#include "store/users_private.h"
#include "store/writer.h"

enum rc batch_init(struct tx_private *batch, struct store *store, struct error *err)
{
    *batch = (struct tx_private){.store = store};
    for (int i = 0; i < PART_COUNT; i++)
        batch->parts[i].db = store->write.db[i];
    batch->pos = batch->pos_committed = store->pos;
    overlay_init(&batch->rooms, &room_kind, store->rooms);
    overlay_init(&batch->users, &user_kind, store->users);
    overlay_init(&batch->data_keys, &data_key_kind, store->data_keys);
    return merge_new(store, &batch->merge, err);
}

void batch_fini(struct tx_private *batch)
{
    overlay_fini(&batch->rooms);
    overlay_fini(&batch->users);
    overlay_fini(&batch->data_keys);
    vec_fini(&batch->callbacks);
    vec_fini(&batch->notes);
    merge_free(&batch->merge);
}

static void callbacks_cut(struct tx_private *batch, size_t count)
{
    while (batch->callbacks.count > count) {
        struct callback *callback = &batch->callbacks.items[--batch->callbacks.count];
        if (callback->drop)
            callback->drop(callback->arg);
    }
}

void batch_job_begin(struct tx_private *batch)
{
    batch->part_failed = false;
    batch->pos_before_job = batch->pos;
    batch->callbacks_before_job = batch->callbacks.count;
    batch->notes_before_job = batch->notes.count;
}

enum rc batch_job_release(struct tx_private *batch)
{
    if (batch->part_failed)
        return RC_STORE;
    for (int i = 0; i < PART_COUNT; i++) {
        struct part *part = &batch->parts[i];
        if (part->saved)
            TRY(db_release(part->db, NULL));
        part->saved = false;
    }
    return RC_OK;
}

void batch_job_keep(struct tx_private *batch)
{
    overlay_job_keep(&batch->rooms);
    overlay_job_keep(&batch->users);
    overlay_job_keep(&batch->data_keys);
}

void batch_job_undo(struct tx_private *batch)
{
    for (int i = 0; i < PART_COUNT; i++) {
        struct part *part = &batch->parts[i];
        if (part->saved)
            db_rollback_to(part->db);
        part->saved = false;
    }
    overlay_job_undo(&batch->rooms);
    overlay_job_undo(&batch->users);
    overlay_job_undo(&batch->data_keys);
    callbacks_cut(batch, batch->callbacks_before_job);
    notes_cut(batch, batch->notes_before_job);
    if (batch->pos != batch->pos_before_job)
        recent_cut(batch->store->recent, batch->pos_before_job);
    batch->pos = batch->pos_before_job;
}

bool batch_is_alive(const struct tx_private *batch)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (batch->parts[i].begun && !db_in_transaction(batch->parts[i].db))
            return false;
    return true;
}

bool batch_touches_disk(const struct tx_private *batch)
{
    bool begun = batch->pos != batch->pos_committed;
    for (int i = 0; i < PART_COUNT; i++)
        begun |= batch->parts[i].begun;
    return begun;
}

static enum rc position_write(struct tx_private *batch, struct error *err)
{
    struct part *chat = &batch->parts[PART_CHAT];
    if (batch->pos == batch->pos_committed)
        return RC_OK;
    if (!chat->begun) {
        TRY(db_begin(chat->db, err));
        chat->begun = true;
    }
    struct db_query q;
    TRY(db_query(chat->db, &q, "UPDATE stream SET pos = ?1 WHERE id = 1", err));
    db_bind_i64(&q, 1, batch->pos);
    TRY(db_run(&q, err));
    return merge_step(batch->merge, chat->db, batch->pos_committed, batch->pos - batch->pos_committed, err);
}

enum rc batch_commit(struct tx_private *batch, struct error *err)
{
    TRY(position_write(batch, err));
    for (int i = 0; i < PART_COUNT; i++) {
        struct part *part = &batch->parts[i];
        if (!part->begun)
            continue;
        TRY(db_commit(part->db, err));
        part->begun = false;
    }
    return RC_OK;
}

void batch_publish(struct tx_private *batch, struct notice **ret_notice)
{
    struct store *store = batch->store;
    *ret_notice = notice_build(batch);
    merge_kept(batch->merge);
    overlay_publish(&batch->data_keys);
    overlay_publish(&batch->users);
    overlay_publish(&batch->rooms);
    for (size_t i = 0; i < batch->callbacks.count; i++)
        batch->callbacks.items[i].publish(store, batch->callbacks.items[i].arg);
    batch->callbacks.count = 0;
    batch->pos_committed = batch->pos;
    atomic_store_explicit(&store->pos, batch->pos, memory_order_release);
}

void batch_drop(struct tx_private *batch)
{
    for (int i = 0; i < PART_COUNT; i++) {
        db_rollback(batch->parts[i].db);
        batch->parts[i].begun = batch->parts[i].saved = false;
    }
    overlay_drop(&batch->rooms);
    overlay_drop(&batch->users);
    overlay_drop(&batch->data_keys);
    callbacks_cut(batch, 0);
    notes_cut(batch, 0);
    merge_undone(batch->merge);
    recent_cut(batch->store->recent, batch->pos_committed);
    batch->pos = batch->pos_committed;
    batch->empty_logs = 0;
}
