/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/outbox_rows.h"

#include "crypto/crypto.h"
#include "store/gate.h"
#include "store/nid.h"
#include "json/json.h"

enum { FIRST_PAUSE_MS = 2000, LONGEST_PAUSE_MS = 10 * 60 * 1000, IDLE_MS = 60 * 1000 };

/* ---- sealing: there may be no subject (a number that signs up), so the key is the server's ---- */

static void outbox_key(struct tx *tx, struct crypto_key *ret_key)
{
    crypto_key_derive(store_secret(tx->store), "outbox", ret_key);
}

static str seal(struct tx *tx, const struct outgoing *message)
{
    struct crypto_key key;
    struct strbuf plain = STRBUF_INIT;
    strbuf_add(&plain, S("{\"recipient\":"));
    strbuf_add_json(&plain, message->recipient);
    if (message->subject.len) {
        strbuf_add(&plain, S(",\"subject\":"));
        strbuf_add_json(&plain, message->subject);
    }
    strbuf_add(&plain, S(",\"text\":"));
    strbuf_add_json(&plain, message->text);
    strbuf_printf(&plain, ",\"language\":\"%s\"", language_tag(message->language));
    strbuf_add_char(&plain, '}');
    str sealed = {arena_alloc_raw(tx->arena, plain.len + CRYPTO_SEAL_OVERHEAD), plain.len + CRYPTO_SEAL_OVERHEAD};
    outbox_key(tx, &key);
    crypto_seal_to(tx->env, &key, message->key, strbuf_str(&plain), (unsigned char *)sealed.ptr);
    crypto_wipe(&key, sizeof key);
    crypto_wipe(plain.ptr, plain.len);
    strbuf_fini(&plain);
    return sealed;
}

static enum rc open_sealed(struct tx *tx, str sealed, struct outgoing *message)
{
    struct crypto_key key;
    str plain, tag;
    yyjson_val *root;
    TRY(gate_check(tx, 0, FIELD_OUTBOX, PURPOSE_ACCOUNT_SECURITY));
    outbox_key(tx, &key);
    enum rc rc = crypto_open(tx->arena, &key, message->key, sealed, &plain);
    crypto_wipe(&key, sizeof key);
    TRY(rc);
    TRY(json_parse_object(tx->arena, plain, false, &root, NULL));
    TRY(json_need_str(root, "recipient", &message->recipient, NULL));
    TRY(json_get_str(root, "subject", &message->subject, NULL));
    TRY(json_get_str(root, "language", &tag, NULL)); /* rows of an earlier program have none */
    message->language = tag.ptr ? language_of_tag(tag) : LANGUAGE_EN;
    return json_need_str(root, "text", &message->text, NULL);
}

/* ---- rows ---- */

enum rc outbox_rows_add(struct tx *tx, const struct outgoing *message)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO outbox (nid, channel, message_key, sealed, created_ms, due_ms, lapses_ms, tries)"
                 " VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, 0)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)nid_new(tx->env));
    db_bind_text(&q, 2, str_of(message->channel));
    db_bind_text(&q, 3, message->key);
    db_bind_blob(&q, 4, seal(tx, message));
    db_bind_i64(&q, 5, message->created_ms);
    db_bind_i64(&q, 6, message->lapses_ms);
    return db_run(&q, NULL);
}

enum rc outbox_rows_remove(struct tx *tx, uint64_t nid)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM outbox WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    return db_run(&q, NULL);
}

static enum rc put_off(struct tx *tx, uint64_t nid, int64_t tries, int64_t now)
{
    struct db_query q;
    int64_t pause = FIRST_PAUSE_MS;
    for (int64_t i = 0; i < tries && pause < LONGEST_PAUSE_MS; i++)
        pause *= 2;
    TRY(db_query(tx_vault(tx), &q, "UPDATE outbox SET due_ms = ?2, tries = tries + 1 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    db_bind_i64(&q, 2, now + (pause < LONGEST_PAUSE_MS ? pause : LONGEST_PAUSE_MS));
    return db_run(&q, NULL);
}

static enum rc remove_lapsed(struct tx *tx, int64_t now)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM outbox WHERE lapses_ms < ?1", NULL));
    db_bind_i64(&q, 1, now);
    return db_run(&q, NULL);
}

static enum rc next_due(struct tx *tx, str channel, int64_t now, int64_t *ret_next_ms)
{
    struct db_query q;
    *ret_next_ms = now + IDLE_MS;
    TRY(db_query(tx_vault(tx), &q, "SELECT due_ms FROM outbox WHERE channel = ?1 ORDER BY due_ms LIMIT 1", NULL));
    db_bind_text(&q, 1, channel);
    if (db_next(&q) && db_column_i64(&q, 0) < *ret_next_ms)
        *ret_next_ms = db_column_i64(&q, 0);
    return db_done(&q, NULL);
}

enum rc outbox_rows_claim(struct tx *tx, str channel, struct outbox_row **ret_rows, size_t *ret_count,
                          int64_t *ret_next_ms)
{
    struct outbox_row *rows = arena_array(tx->arena, struct outbox_row, OUTBOX_BATCH);
    int64_t tries[OUTBOX_BATCH], now = env_now_ms(tx->env);
    str sealed[OUTBOX_BATCH];
    size_t count = 0, good = 0;
    struct db_query q;
    TRY(remove_lapsed(tx, now));
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT nid, channel, message_key, sealed, created_ms, lapses_ms, tries FROM outbox"
                 " WHERE due_ms <= ?1 AND channel = ?3 ORDER BY due_ms, created_ms LIMIT ?2",
                 NULL));
    db_bind_i64(&q, 1, now);
    db_bind_i64(&q, 2, OUTBOX_BATCH);
    db_bind_text(&q, 3, channel);
    while (count < OUTBOX_BATCH && db_next(&q)) {
        struct outgoing *message = &rows[count].message;
        rows[count].nid = (uint64_t)db_column_i64(&q, 0);
        message->channel = arena_cstr(tx->arena, db_column_str(&q, 1));
        message->key = arena_dup(tx->arena, db_column_str(&q, 2));
        sealed[count] = arena_dup(tx->arena, db_column_str(&q, 3));
        message->created_ms = db_column_i64(&q, 4);
        message->lapses_ms = db_column_i64(&q, 5);
        tries[count++] = db_column_i64(&q, 6);
    }
    TRY(db_done(&q, NULL));
    for (size_t i = 0; i < count; i++) {
        TRY(put_off(tx, rows[i].nid, tries[i], now));
        if (open_sealed(tx, sealed[i], &rows[i].message) == RC_OK)
            rows[good++] = rows[i];
    }
    TRY(next_due(tx, channel, now, ret_next_ms));
    *ret_rows = rows;
    *ret_count = good;
    return RC_OK;
}
