/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A row is found by a keyed hash of its type; type and content are sealed together, as `type NUL content`, so that
 * the store does not say which clients and features a person uses.
 */
#include "store/account_data.h"

#include "base/map.h"
#include "base/vec.h"
#include "store/gate.h"
#include "store/seal.h"
#include "store/store_private.h"

static str seal_context(struct tx *tx, uint64_t user_nid, uint64_t room_nid)
{
    return arena_printf(tx->arena, "account_data:%llu:%llu", (unsigned long long)user_nid,
                        (unsigned long long)room_nid);
}

static enum rc row_open(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str sealed, str *ret_type,
                        str *ret_content)
{
    const struct personal *value;
    str plain;
    TRY(seal_open(tx, user_nid, seal_context(tx, user_nid, room_nid), sealed, &value));
    TRY(gate_release_declared(tx, user_nid, FIELD_ACCOUNT_DATA, value, &plain));
    *ret_content = str_split(plain, '\0', ret_type);
    return RC_OK;
}

enum rc account_data_get(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str type, str *ret_content)
{
    str blind = seal_blind(tx, "account_data", type), sealed = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT sealed FROM account_data WHERE user = ?1 AND room = ?2 AND type = ?3", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    db_bind_blob(&q, 3, blind);
    if (db_next(&q))
        sealed = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    if (!sealed.len)
        return RC_NOT_FOUND;
    str found;
    return row_open(tx, user_nid, room_nid, sealed, &found, ret_content);
}

enum rc account_data_has(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str type, bool *ret_has)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT 1 FROM account_data WHERE user = ?1 AND room = ?2 AND type = ?3", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    db_bind_blob(&q, 3, seal_blind(tx, "account_data", type));
    *ret_has = db_next(&q);
    return db_done(&q, NULL);
}

static enum rc check_count(struct tx *tx, uint64_t user_nid, uint64_t room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM account_data WHERE user = ?1 AND room = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    return count > ACCOUNT_DATA_MAX_TYPES ? RC_LIMITED : RC_OK;
}

enum rc account_data_set(struct tx *tx, uint64_t user_nid, uint64_t room_nid, str type, str content)
{
    if (content.len > ACCOUNT_DATA_MAX_BYTES)
        return RC_TOO_LARGE;
    const struct store_hooks *hooks = &tx->store->hooks;
    if (hooks->account_data_sets)
        TRY(hooks->account_data_sets(hooks->ctx, tx, user_nid, type));
    str sealed, plain = arena_concat(tx->arena, type, S("\0"), content);
    TRY(seal_for(tx, user_nid, seal_context(tx, user_nid, room_nid), plain, &sealed));
    str blind = seal_blind(tx, "account_data", type);
    int64_t pos = tx_next_pos(tx);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO account_data(user, room, type, pos, sealed) VALUES(?1, ?2, ?3, ?4, ?5)"
                 " ON CONFLICT(user, room, type) DO UPDATE SET pos = excluded.pos, sealed = excluded.sealed",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    db_bind_blob(&q, 3, blind);
    db_bind_i64(&q, 4, pos);
    db_bind_blob(&q, 5, sealed);
    TRY(db_run(&q, NULL));
    TRY(check_count(tx, user_nid, room_nid));
    TRY(users_note_account_data(tx, user_nid, pos));
    tx_notify_user(tx, user_nid, NOTICE_ACCOUNT_DATA, room_nid);
    return RC_OK;
}

/* Runs the bound query, whose columns are room, pos, sealed, to its end. */
static enum rc collect(struct tx *tx, uint64_t user_nid, struct db_query *q, struct account_data **ret_items,
                       size_t *ret_count)
{
    struct row {
        int64_t room, pos;
        str sealed;
    };
    VEC(struct row) rows = {0};
    while (db_next(q))
        vec_push(&rows,
                 ((struct row){db_column_i64(q, 0), db_column_i64(q, 1), arena_dup(tx->arena, db_column_str(q, 2))}));
    enum rc rc = db_done(q, NULL);
    struct account_data *items = arena_array(tx->arena, struct account_data, rows.count);
    for (size_t i = 0; rc == RC_OK && i < rows.count; i++) {
        items[i].room_nid = (uint64_t)rows.items[i].room;
        items[i].pos = rows.items[i].pos;
        rc = row_open(tx, user_nid, items[i].room_nid, rows.items[i].sealed, &items[i].type, &items[i].content);
    }
    *ret_items = items;
    *ret_count = rows.count;
    vec_fini(&rows);
    return rc;
}

enum rc account_data_changes(struct tx *tx, uint64_t user_nid, int64_t from, int64_t to,
                             struct account_data **ret_items, size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT room, pos, sealed FROM account_data WHERE user = ?1 AND pos > ?2 AND pos <= ?3 ORDER BY pos",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, to);
    return collect(tx, user_nid, &q, ret_items, ret_count);
}

enum rc account_data_of_room(struct tx *tx, uint64_t user_nid, uint64_t room_nid, struct account_data **ret_items,
                             size_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT room, pos, sealed FROM account_data WHERE user = ?1 AND room = ?2 ORDER BY pos", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    return collect(tx, user_nid, &q, ret_items, ret_count);
}

/* ---- m.ignored_user_list ---- */

struct ignored_users {
    struct map ids;
};

static void ignored_fini(void *arg)
{
    struct ignored_users *ignored = arg;
    map_fini(&ignored->ids);
}

enum rc ignored_users_load(struct tx *tx, uint64_t user_nid, const struct ignored_users **ret_ignored)
{
    *ret_ignored = NULL;
    str content;
    enum rc rc = account_data_get(tx, user_nid, 0, S("m.ignored_user_list"), &content);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    yyjson_val *root;
    if (json_parse_object(tx->arena, content, false, &root, NULL) != RC_OK)
        return RC_OK;
    yyjson_val *users = yyjson_obj_get(root, "ignored_users"), *key, *value;
    if (!yyjson_is_obj(users) || yyjson_obj_size(users) == 0)
        return RC_OK;
    struct ignored_users *ignored = arena_new(tx->arena, struct ignored_users);
    const struct user *self;
    TRY(users_get(tx, user_nid, &self));
    arena_on_reset(tx->arena, ignored_fini, ignored);
    size_t i, count;
    yyjson_obj_foreach(users, i, count, key, value)
    {
        if (!str_eq(json_str_of(key), self->user_id))
            map_put_str(&ignored->ids, json_str_of(key), ignored);
    }
    *ret_ignored = ignored;
    return RC_OK;
}

bool ignored_users_has(const struct ignored_users *ignored, str user_id)
{
    return ignored && map_get_str(&ignored->ids, user_id);
}

/* ---- m.invite_permission_config ---- */

enum rc invites_are_blocked(struct tx *tx, uint64_t user_nid, bool *ret_blocked)
{
    str content, action;
    yyjson_val *config;
    *ret_blocked = false;
    enum rc rc = account_data_get(tx, user_nid, 0, S("m.invite_permission_config"), &content);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    *ret_blocked = json_parse_object(tx->arena, content, false, &config, NULL) == RC_OK
                   && json_get_str(config, "default_action", &action, NULL) == RC_OK && str_eq(action, S("block"));
    return RC_OK;
}
