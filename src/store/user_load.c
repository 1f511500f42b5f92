/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A user from disk. */
#include "base/vec.h"
#include "catalogue/purpose.h"
#include "store/gate.h"
#include "store/users_private.h"
#include "store/vault.h"

static enum rc row_read(struct tx *tx, uint64_t nid, struct user_parts *parts)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT flags, created, account_data_pos FROM user WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    bool found = db_next(&q);
    if (found) {
        parts->flags = (uint32_t)db_column_i64(&q, 0);
        parts->created_ms = db_column_i64(&q, 1);
        parts->account_data_pos = db_column_i64(&q, 2);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

static enum rc rooms_read(struct tx *tx, uint64_t nid, struct user_rooms **ret_rooms)
{
    VEC(struct user_room) found = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT room, membership, pos, forgotten FROM membership WHERE user = ?1 ORDER BY room", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    while (db_next(&q))
        vec_push(&found, ((struct user_room){(uint64_t)db_column_i64(&q, 0), (enum membership)db_column_i64(&q, 1),
                                             db_column_i64(&q, 2), db_column_i64(&q, 3) != 0}));
    enum rc rc = db_done(&q, NULL);
    if (rc == RC_OK) {
        *ret_rooms = user_rooms_alloc(found.count);
        if (found.count)
            memcpy((*ret_rooms)->rooms, found.items, found.count * sizeof *found.items);
    }
    vec_fini(&found);
    return rc;
}

/* A name that is not there is empty. */
static enum rc name_read(struct tx *tx, uint64_t nid, const char *field, const struct personal **ret_name)
{
    enum rc rc = vault_get(tx, nid, field, 0, ret_name);
    if (rc == RC_NOT_FOUND)
        *ret_name = NULL;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc names_read(struct tx *tx, uint64_t nid, struct user_parts *parts)
{
    const struct personal *localpart;
    TRY(name_read(tx, nid, "localpart", &localpart));
    TRY(gate_release(tx, nid, FIELD_LOCALPART, PURPOSE_SERVICE, localpart, &parts->localpart));
    TRY(name_read(tx, nid, "displayname", &parts->display_name));
    TRY(name_read(tx, nid, "avatar_url", &parts->avatar_url));
    /* Erased: the number is all that is left, so that conversations keep their shape. */
    if (!parts->localpart.len)
        parts->localpart = arena_printf(tx->arena, "erased-%llu", (unsigned long long)nid);
    return RC_OK;
}

/* The latest word on each optional purpose stands (obligation 1.17), and the version of the policy agreed to last. */
static enum rc ledger_read(struct tx *tx, uint64_t nid, uint32_t *ret_grants, str *ret_agreed)
{
    uint32_t grants = 0;
    struct db_query q;
    str agreed = STR_NONE;
    TRY(db_query(tx_vault(tx), &q, "SELECT purpose, granted, version FROM consent WHERE subject_nid = ?1 ORDER BY nid",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    while (db_next(&q)) {
        str name = db_column_str(&q, 0);
        enum purpose purpose = purpose_of_name(name);
        if (str_eq(name, S("service")) && db_column_i64(&q, 1))
            agreed = arena_dup(tx->arena, db_column_str(&q, 2));
        if (!purpose_needs_consent(purpose))
            continue;
        grants = db_column_i64(&q, 1) ? grants | PURPOSE_BIT(purpose) : grants & ~PURPOSE_BIT(purpose);
    }
    *ret_grants = grants;
    *ret_agreed = agreed;
    return db_done(&q, NULL);
}

/* Snapshots are everybody's: they are made for the service, whoever happened to ask first. */
static const struct act loading = ACT_SERVICE(PURPOSE_SERVICE);

static enum rc parts_read(struct tx *tx, uint64_t nid, struct user_parts *parts)
{
    parts->nid = nid;
    TRY(row_read(tx, nid, parts));
    TRY(names_read(tx, nid, parts));
    TRY(ledger_read(tx, nid, &parts->grants, &parts->agreed));
    return rooms_read(tx, nid, &parts->rooms);
}

enum rc user_load(struct tx *tx, uint64_t nid, const struct user **ret_user)
{
    struct store *store = tx->store;
    uint64_t ticket = tx_tickets(tx).users;
    struct user_parts parts = {0};
    bool began;
    TRY(tx_view_begin(tx, &began));
    struct tx reading = *tx;
    reading.act = &loading;
    enum rc rc = parts_read(&reading, nid, &parts);
    tx_view_end(tx, began);
    TRY(rc);
    const struct user *user = user_new(store->server_name, &parts);
    user_rooms_unref(&parts.rooms);
    cache_fill(store->users, nid, user, ticket);
    *ret_user = user;
    return RC_OK;
}
