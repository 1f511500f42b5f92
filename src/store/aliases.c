/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/aliases.h"

#include "base/vec.h"
#include "store/gate.h"
#include "store/seal.h"

static str seal_context(struct tx *tx, uint64_t room_nid)
{
    return arena_printf(tx->arena, "alias:%llu", (unsigned long long)room_nid);
}

enum rc aliases_find(struct tx *tx, str alias, uint64_t *ret_room_nid, uint64_t *ret_creator_nid)
{
    str blind = seal_blind(tx, "alias", alias);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT room, creator FROM alias WHERE blind = ?1", NULL));
    db_bind_blob(&q, 1, blind);
    bool found = db_next(&q);
    if (found) {
        *ret_room_nid = (uint64_t)db_column_i64(&q, 0);
        if (ret_creator_nid)
            *ret_creator_nid = (uint64_t)db_column_i64(&q, 1);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc check_count(struct tx *tx, uint64_t room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM alias WHERE room = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    return count >= ALIASES_MAX_PER_ROOM ? RC_LIMITED : RC_OK;
}

enum rc aliases_add(struct tx *tx, str alias, uint64_t room_nid, uint64_t creator_nid)
{
    TRY(check_count(tx, room_nid));
    uint64_t other;
    enum rc rc = aliases_find(tx, alias, &other, NULL);
    if (rc != RC_NOT_FOUND)
        return rc == RC_OK ? RC_EXISTS : rc;
    str sealed, blind = seal_blind(tx, "alias", alias);
    TRY(seal_for(tx, creator_nid, seal_context(tx, room_nid), alias, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO alias(blind, room, creator, pos, sealed) VALUES(?1, ?2, ?3, ?4, ?5)",
                 NULL));
    db_bind_blob(&q, 1, blind);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    db_bind_i64(&q, 3, (int64_t)creator_nid);
    db_bind_i64(&q, 4, tx_next_pos(tx));
    db_bind_blob(&q, 5, sealed);
    return db_run(&q, NULL);
}

enum rc aliases_remove(struct tx *tx, str alias)
{
    str blind = seal_blind(tx, "alias", alias);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM alias WHERE blind = ?1", NULL));
    db_bind_blob(&q, 1, blind);
    TRY(db_run(&q, NULL));
    return db_changes(tx_chat(tx)) ? RC_OK : RC_NOT_FOUND;
}

enum rc aliases_of_room(struct tx *tx, uint64_t room_nid, str **ret_aliases, size_t *ret_count)
{
    struct row {
        uint64_t creator;
        str sealed;
    };
    VEC(struct row) rows = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT creator, sealed FROM alias WHERE room = ?1 ORDER BY pos", NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    while (db_next(&q))
        vec_push(&rows, ((struct row){(uint64_t)db_column_i64(&q, 0), arena_dup(tx->arena, db_column_str(&q, 1))}));
    enum rc rc = db_done(&q, NULL);
    *ret_aliases = arena_array(tx->arena, str, rows.count);
    *ret_count = 0;
    for (size_t i = 0; rc == RC_OK && i < rows.count; i++) {
        const struct personal *alias;
        rc = seal_open(tx, rows.items[i].creator, seal_context(tx, room_nid), rows.items[i].sealed, &alias);
        if (rc == RC_OK)
            rc = gate_release_declared(tx, rows.items[i].creator, FIELD_ALIAS, alias, &(*ret_aliases)[*ret_count]);
        if (rc == RC_OK)
            ++*ret_count;
        else if (rc == RC_NOT_FOUND) /* its maker was erased */
            rc = RC_OK;
    }
    vec_fini(&rows);
    return rc;
}
