/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/invite_links.h"

#include "crypto/crypto.h"

#define COLUMNS "id, room_nid, maker_nid, created_ms, expires_ms, max_uses, uses"

static void read_row(const struct db_query *q, struct arena *arena, struct invite_link *ret_link)
{
    *ret_link = (struct invite_link){
        .id = arena_dup(arena, db_column_str(q, 0)),
        .room_nid = (uint64_t)db_column_i64(q, 1),
        .maker_nid = (uint64_t)db_column_i64(q, 2),
        .created_ms = db_column_i64(q, 3),
        .expires_ms = db_column_i64(q, 4),
        .max_uses = db_column_i64(q, 5),
        .uses = db_column_i64(q, 6),
    };
}

static bool is_living(const struct invite_link *link, int64_t now)
{
    return (link->expires_ms == 0 || link->expires_ms > now) && (link->max_uses == 0 || link->uses < link->max_uses);
}

enum rc invite_links_list(struct tx *tx, uint64_t room_nid, struct invite_link **ret_links, size_t *ret_count)
{
    struct db_query q;
    size_t count = 0;
    int64_t now = env_now_ms(tx->env);
    struct invite_link *links = arena_array(tx->arena, struct invite_link, INVITE_LINKS_PER_ROOM);
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM invite_link WHERE room_nid = ?1 ORDER BY created_ms, id",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    while (count < INVITE_LINKS_PER_ROOM && db_next(&q)) {
        read_row(&q, tx->arena, &links[count]);
        if (is_living(&links[count], now))
            count++;
    }
    TRY(db_done(&q, NULL));
    *ret_links = links;
    *ret_count = count;
    return RC_OK;
}

/* Links that have run out make room for new ones. */
static enum rc forget_expired(struct tx *tx, uint64_t room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM invite_link WHERE room_nid = ?1"
                 " AND ((expires_ms > 0 AND expires_ms <= ?2) OR (max_uses > 0 AND uses >= max_uses))",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc invite_links_add(struct tx *tx, struct invite_link *link_in_out, str *ret_token)
{
    struct invite_link *others;
    size_t count;
    struct db_query q;
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    TRY(forget_expired(tx, link_in_out->room_nid));
    TRY(invite_links_list(tx, link_in_out->room_nid, &others, &count));
    if (count >= INVITE_LINKS_PER_ROOM)
        return RC_LIMITED;
    str token = crypto_token_new(tx->env, tx->arena, "");
    crypto_token_hash(token, hash);
    link_in_out->id = crypto_random_name(tx->env, tx->arena, 12);
    link_in_out->created_ms = env_now_ms(tx->env);
    link_in_out->uses = 0;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO invite_link (id, room_nid, maker_nid, token_hash, created_ms, expires_ms, max_uses, uses)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
                 NULL));
    db_bind_text(&q, 1, link_in_out->id);
    db_bind_i64(&q, 2, (int64_t)link_in_out->room_nid);
    db_bind_i64(&q, 3, (int64_t)link_in_out->maker_nid);
    db_bind_blob(&q, 4, str_from(hash, sizeof hash));
    db_bind_i64(&q, 5, link_in_out->created_ms);
    db_bind_i64(&q, 6, link_in_out->expires_ms);
    db_bind_i64(&q, 7, link_in_out->max_uses);
    TRY(db_run(&q, NULL));
    *ret_token = token;
    return RC_OK;
}

enum rc invite_links_find(struct tx *tx, str token, struct invite_link *ret_link)
{
    struct db_query q;
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    bool found = false;
    crypto_token_hash(token, hash);
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM invite_link WHERE token_hash = ?1", NULL));
    db_bind_blob(&q, 1, str_from(hash, sizeof hash));
    if (db_next(&q)) {
        found = true;
        read_row(&q, tx->arena, ret_link);
    }
    TRY(db_done(&q, NULL));
    if (!found)
        return RC_NOT_FOUND;
    return is_living(ret_link, env_now_ms(tx->env)) ? RC_OK : RC_EXPIRED;
}

enum rc invite_links_count_use(struct tx *tx, str id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE invite_link SET uses = uses + 1 WHERE id = ?1", NULL));
    db_bind_text(&q, 1, id);
    return db_run(&q, NULL);
}

enum rc invite_links_remove(struct tx *tx, uint64_t room_nid, str id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM invite_link WHERE id = ?1 AND room_nid = ?2", NULL));
    db_bind_text(&q, 1, id);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    TRY(db_run(&q, NULL));
    return db_changes(tx_chat(tx)) > 0 ? RC_OK : RC_NOT_FOUND;
}
