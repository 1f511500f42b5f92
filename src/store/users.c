/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/auth.h"
#include "store/data_keys.h"
#include "store/media_use.h"
#include "store/seal.h"
#include "store/user_index.h"
#include "store/users_private.h"
#include "store/vault.h"
#include "store/writer.h"

static void user_let_go(void *arg)
{
    const struct user *user = arg;
    user_unref(&user);
}

enum rc users_get(struct tx *tx, uint64_t nid, const struct user **ret_user)
{
    const struct user *user = tx->writable ? overlay_get(&tx->p->users, nid) : NULL;
    if (user)
        user_ref(user);
    else
        user = cache_get(tx->store->users, nid);
    if (!user)
        TRY(user_load(tx, nid, &user));
    arena_on_reset(tx->arena, user_let_go, (void *)user);
    *ret_user = user;
    return RC_OK;
}

/* "@name:server" of this server → name; anything else is nobody here. */
static bool local_name(const struct store *store, str user_id, str *ret_localpart)
{
    str localpart;
    str server = str_split(user_id, ':', &localpart);
    if (!str_starts(localpart, S("@")) || !str_eq(server, store->server_name))
        return false;
    *ret_localpart = str_skip(localpart, 1);
    return ret_localpart->len > 0;
}

enum rc users_find(struct tx *tx, str user_id, const struct user **ret_user)
{
    const struct user *user = cache_find(tx->store->users, user_id);
    uint64_t nid;
    if (user) {
        nid = user->nid;
        user_unref(&user);
    } else {
        str localpart;
        if (!local_name(tx->store, user_id, &localpart))
            return RC_NOT_FOUND;
        TRY(vault_find(tx, "localpart", localpart, &nid));
    }
    return users_get(tx, nid, ret_user);
}

static void index_publish(struct store *store, void *arg)
{
    const struct user *user = arg;
    user_index_note(store->user_index, user);
    user_unref(&user);
}

/* Takes over the caller's reference. */
static void user_changed(struct tx *tx, struct user *user, bool findable_changed)
{
    if (findable_changed)
        tx_after_commit(tx, index_publish, user_let_go, user_ref(user));
    overlay_put(&tx->p->users, user->nid, user);
}

static enum rc name_take(struct tx *tx, str localpart, uint64_t nid, struct error *err)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "INSERT INTO taken_name(blind, user) VALUES(?1, ?2)", err));
    db_bind_blob(&q, 1, seal_blind(tx, "taken_name", localpart));
    db_bind_i64(&q, 2, (int64_t)nid);
    enum rc rc = db_run(&q, err);
    return rc == RC_EXISTS ? error_set(err, rc, "the account name is taken") : rc;
}

enum rc users_name_is_taken(struct tx *tx, str localpart, bool *ret_taken)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT 1 FROM taken_name WHERE blind = ?1", NULL));
    db_bind_blob(&q, 1, seal_blind(tx, "taken_name", localpart));
    *ret_taken = db_next(&q);
    return db_done(&q, NULL);
}

static enum rc row_add(struct tx *tx, uint32_t flags, int64_t created_ms, uint64_t *ret_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO user(flags, created) VALUES(?1, ?2)", NULL));
    db_bind_i64(&q, 1, flags);
    db_bind_i64(&q, 2, created_ms);
    TRY(db_run(&q, NULL));
    *ret_nid = (uint64_t)db_last_id(tx_chat(tx));
    return RC_OK;
}

enum rc users_create(struct tx *tx, str localpart, uint32_t flags, uint64_t *ret_nid, struct error *err)
{
    struct user_parts parts = {.localpart = localpart, .flags = flags, .created_ms = env_now_ms(tx->env)};
    TRY(row_add(tx, flags, parts.created_ms, &parts.nid));
    TRY(name_take(tx, localpart, parts.nid, err));
    TRY(data_key_create(tx, parts.nid));
    TRY(vault_set(tx, parts.nid, "localpart", 0, localpart, true, true));
    parts.rooms = user_rooms_alloc(0);
    user_changed(tx, user_new(tx->store->server_name, &parts), true);
    user_rooms_unref(&parts.rooms);
    *ret_nid = parts.nid;
    return RC_OK;
}

enum rc users_set_flags(struct tx *tx, uint64_t nid, uint32_t set, uint32_t clear)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    struct user_parts parts = user_parts_of(user);
    parts.flags = (parts.flags | set) & ~clear;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE user SET flags = ?2 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, parts.flags);
    TRY(db_run(&q, NULL));
    user_changed(tx, user_new(tx->store->server_name, &parts), true);
    return RC_OK;
}

enum rc users_set_grants(struct tx *tx, uint64_t nid, uint32_t grants)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    struct user_parts parts = user_parts_of(user);
    parts.grants = grants;
    user_changed(tx, user_new(tx->store->server_name, &parts), false);
    return RC_OK;
}

enum rc users_set_agreed(struct tx *tx, uint64_t nid, str version)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    struct user_parts parts = user_parts_of(user);
    parts.agreed = version;
    user_changed(tx, user_new(tx->store->server_name, &parts), false);
    return RC_OK;
}

enum rc users_set_profile(struct tx *tx, uint64_t nid, str field, str value)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    struct user_parts parts = user_parts_of(user);
    bool is_name = str_eq(field, S("displayname"));
    if (!is_name && !str_eq(field, S("avatar_url")))
        return RC_INVALID;
    const char *column = is_name ? "displayname" : "avatar_url";
    *(is_name ? &parts.display_name : &parts.avatar_url) = personal_of(tx->arena, value);
    if (value.len)
        TRY(vault_set(tx, nid, column, 0, value, false, false));
    else
        TRY(vault_remove(tx, nid, column, 0));
    if (!is_name)
        TRY(media_use_note_profile(tx, nid, value));
    user_changed(tx, user_new(tx->store->server_name, &parts), true);
    tx_notify_user(tx, nid, NOTICE_PROFILE, 0);
    return RC_OK;
}

enum rc users_note_account_data(struct tx *tx, uint64_t nid, int64_t pos)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    struct user_parts parts = user_parts_of(user);
    parts.account_data_pos = pos;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE user SET account_data_pos = ?2 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, pos);
    TRY(db_run(&q, NULL));
    user_changed(tx, user_new(tx->store->server_name, &parts), false);
    return RC_OK;
}

static enum rc membership_write(struct tx *tx, uint64_t nid, const struct user_room *room)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT OR REPLACE INTO membership(user, room, membership, pos, forgotten) VALUES(?1, ?2, ?3, ?4, ?5)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, (int64_t)room->room_nid);
    db_bind_i64(&q, 3, room->membership);
    db_bind_i64(&q, 4, room->pos);
    db_bind_i64(&q, 5, room->forgotten);
    return db_run(&q, NULL);
}

enum rc users_note_membership(struct tx *tx, uint64_t nid, const struct user_room *room)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    /* It is in a room with everybody, and nobody asks which. */
    if (user->flags & USER_SERVER)
        return RC_OK;
    TRY(membership_write(tx, nid, room));
    struct user_parts parts = user_parts_of(user);
    parts.rooms = user_rooms_with(user->rooms, room);
    user_changed(tx, user_new(tx->store->server_name, &parts), false);
    user_rooms_unref(&parts.rooms);
    tx_notify_user(tx, nid, NOTICE_MEMBERSHIP, room->room_nid);
    return RC_OK;
}

enum rc users_set_forgotten(struct tx *tx, uint64_t nid, uint64_t room_nid, bool forgotten)
{
    const struct user *user;
    TRY(users_get(tx, nid, &user));
    const struct user_room *found = user_rooms_find(user->rooms, room_nid);
    if (!found)
        return RC_NOT_FOUND;
    struct user_room room = *found;
    room.forgotten = forgotten;
    return users_note_membership(tx, nid, &room);
}
