/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/writer.h"

/* Nothing may run outside the transaction: a part that cannot begin refuses what follows, and the job fails. */
static void part_begin(struct tx_private *batch, struct part *part)
{
    enum rc rc = RC_OK;
    if (!part->begun)
        rc = db_begin(part->db, NULL);
    if (rc == RC_OK) {
        part->begun = true;
        rc = db_savepoint(part->db, NULL);
    }
    if (rc == RC_OK) {
        part->saved = true;
    } else {
        db_refuse(part->db);
        batch->part_failed = true;
    }
}

static struct db *part_of(struct tx *tx, int index, struct db *reader)
{
    if (!tx->writable)
        return reader;
    struct part *part = &tx->p->parts[index];
    if (!part->saved && !tx->p->part_failed)
        part_begin(tx->p, part);
    return part->db;
}

struct db *tx_chat(struct tx *tx)
{
    return part_of(tx, PART_CHAT, tx->chat);
}

struct db *tx_vault(struct tx *tx)
{
    return part_of(tx, PART_VAULT, tx->vault);
}

struct db *tx_keys(struct tx *tx)
{
    return part_of(tx, PART_KEYS, tx->keys);
}

struct db *tx_search(struct tx *tx)
{
    return part_of(tx, PART_SEARCH, tx->search);
}

struct tx_view tx_tickets(const struct tx *tx)
{
    if (!tx->writable && db_in_transaction(tx->chat))
        return tx->view;
    const struct store *store = tx->store;
    return (struct tx_view){cache_ticket(store->rooms), cache_ticket(store->users), cache_ticket(store->data_keys)};
}

enum rc tx_view_begin(struct tx *tx, bool *ret_began)
{
    tx->view = tx_tickets(tx);
    *ret_began = !tx->writable && !db_in_transaction(tx->chat);
    return *ret_began ? db_begin(tx->chat, NULL) : RC_OK;
}

void tx_view_end(struct tx *tx, bool began)
{
    if (began)
        db_rollback(tx->chat);
}

int64_t tx_next_pos(struct tx *tx)
{
    return ++tx->p->pos;
}

int64_t tx_pos(const struct tx *tx)
{
    return tx->writable ? tx->p->pos : atomic_load_explicit(&tx->store->pos, memory_order_acquire);
}

void tx_after_commit(struct tx *tx, void (*publish)(struct store *store, void *arg), void (*drop)(void *arg), void *arg)
{
    vec_push(&tx->p->callbacks, ((struct callback){publish, drop, arg}));
}

void tx_empty_logs(struct tx *tx)
{
    tx->p->empty_logs = PART_BIT(PART_COUNT) - 1;
}

void tx_notify_user(struct tx *tx, uint64_t user_nid, uint32_t what, uint64_t room_nid)
{
    vec_push(&tx->p->notes, ((struct note){.nid = user_nid, .what = what, .room_nid = room_nid}));
}

void tx_note_room(struct tx *tx, uint64_t room_nid, uint32_t what, const struct event *event)
{
    vec_push(&tx->p->notes, ((struct note){.nid = room_nid, .is_room = true, .what = what, .event = event}));
}

void store_read(struct store *store, int reader, const struct act *act, struct arena *arena, struct tx *ret_tx)
{
    const struct parts *parts = &store->readers[reader];
    *ret_tx = (struct tx){
        .store = store,
        .env = store->env,
        .arena = arena,
        .act = act,
        .chat = parts->db[PART_CHAT],
        .vault = parts->db[PART_VAULT],
        .keys = parts->db[PART_KEYS],
        .search = parts->db[PART_SEARCH],
    };
}

void store_let_go(struct tx *tx)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        db_let_go(tx->store->write.db[i]);
}
