/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/filters.h"

#include "store/gate.h"
#include "store/seal.h"

static str seal_context(struct tx *tx, uint64_t user_nid)
{
    return arena_printf(tx->arena, "filter:%llu", (unsigned long long)user_nid);
}

static enum rc filter_number(struct tx *tx, uint64_t user_nid, str blind, int64_t *ret_number)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT number FROM filter WHERE user = ?1 AND blind = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_blob(&q, 2, blind);
    bool found = db_next(&q);
    if (found)
        *ret_number = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc filter_next_number(struct tx *tx, uint64_t user_nid, int64_t *ret_number)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT max(number) FROM filter WHERE user = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    *ret_number = (db_next(&q) ? db_column_i64(&q, 0) : 0) + 1;
    return db_done(&q, NULL);
}

enum rc filters_add(struct tx *tx, uint64_t user_nid, str filter, str *ret_id)
{
    str blind = seal_blind(tx, "filter", filter);
    int64_t number;
    enum rc rc = filter_number(tx, user_nid, blind, &number);
    if (rc == RC_NOT_FOUND) {
        TRY(filter_next_number(tx, user_nid, &number));
        if (number > FILTERS_MAX_PER_USER)
            return RC_LIMITED;
        str sealed;
        TRY(seal_for(tx, user_nid, seal_context(tx, user_nid), filter, &sealed));
        struct db_query q;
        TRY(db_query(tx_chat(tx), &q, "INSERT INTO filter(user, number, blind, sealed) VALUES(?1, ?2, ?3, ?4)", NULL));
        db_bind_i64(&q, 1, (int64_t)user_nid);
        db_bind_i64(&q, 2, number);
        db_bind_blob(&q, 3, blind);
        db_bind_blob(&q, 4, sealed);
        rc = db_run(&q, NULL);
    }
    TRY(rc);
    *ret_id = arena_printf(tx->arena, "%lld", (long long)number);
    return RC_OK;
}

enum rc filters_get(struct tx *tx, uint64_t user_nid, str id, str *ret_filter)
{
    int64_t number;
    if (str_to_i64(id, &number) != RC_OK)
        return RC_NOT_FOUND;
    str sealed = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT sealed FROM filter WHERE user = ?1 AND number = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, number);
    if (db_next(&q))
        sealed = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    if (!sealed.len)
        return RC_NOT_FOUND;
    const struct personal *filter;
    TRY(seal_open(tx, user_nid, seal_context(tx, user_nid), sealed, &filter));
    return gate_release_declared(tx, user_nid, FIELD_FILTER, filter, ret_filter);
}
