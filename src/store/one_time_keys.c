/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/one_time_keys.h"

#include "store/gate.h"
#include "store/seal.h"

/* A place in the stream for each upload, and within it for each key. */
enum { SEQ_OF_UPLOAD = 4096 };
_Static_assert((int)ONE_TIME_KEYS_MAX < (int)SEQ_OF_UPLOAD, "an upload must not reach into the next one's numbers");

static void bind_place(struct db_query *q, struct device_place place)
{
    db_bind_i64(q, 1, (int64_t)place.user_nid);
    db_bind_i64(q, 2, (int64_t)place.device_nid);
}

static str seal_context(struct tx *tx, const char *kind, struct device_place place)
{
    return arena_printf(tx->arena, "%s:%llu", kind, (unsigned long long)place.device_nid);
}

static enum rc seal_key(struct tx *tx, const char *kind, struct device_place place, const struct published_key *key,
                        str *ret_sealed)
{
    return seal_for(tx, place.user_nid, seal_context(tx, kind, place),
                    arena_concat(tx->arena, key->name, S("\0"), key->text), ret_sealed);
}

static enum rc open_key(struct tx *tx, enum personal_field field, struct device_place place, str sealed,
                        struct published_key *ret_key)
{
    const struct personal *value;
    str plain;
    TRY(seal_open(tx, place.user_nid, seal_context(tx, catalogue_row(field)->name, place), sealed, &value));
    TRY(gate_release_declared(tx, place.user_nid, field, value, &plain));
    ret_key->text = str_split(plain, '\0', &ret_key->name);
    return RC_OK;
}

static str content_of(struct tx *tx, const struct published_key *key)
{
    return seal_blind(tx, "one_time_key_content", arena_concat(tx->arena, key->name, S("\0"), key->text));
}

/* ---- uploading ---- */

/* RC_EXISTS: another key; *ret_known: this one. */
static enum rc look_up(struct tx *tx, struct device_place place, str name, str content, bool *ret_known)
{
    struct db_query q;
    bool same = true;
    TRY(db_query(tx_chat(tx), &q, "SELECT content FROM one_time_key WHERE user = ?1 AND device = ?2 AND name = ?3",
                 NULL));
    bind_place(&q, place);
    db_bind_blob(&q, 3, name);
    *ret_known = db_next(&q);
    if (*ret_known)
        same = str_eq(db_column_str(&q, 0), content);
    TRY(db_done(&q, NULL));
    return same ? RC_OK : RC_EXISTS;
}

static enum rc insert(struct tx *tx, struct device_place place, const struct published_key *key, int64_t seq,
                      bool *ret_added)
{
    str name = seal_blind(tx, "one_time_key_name", key->name), content = content_of(tx, key), sealed;
    bool known;
    TRY(look_up(tx, place, name, content, &known));
    *ret_added = !known;
    if (known)
        return RC_OK;
    TRY(seal_key(tx, "one_time_key", place, key, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO one_time_key(user, device, name, algorithm, seq, content, sealed)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                 NULL));
    bind_place(&q, place);
    db_bind_blob(&q, 3, name);
    db_bind_text(&q, 4, key->algorithm);
    db_bind_i64(&q, 5, seq);
    db_bind_blob(&q, 6, content);
    db_bind_blob(&q, 7, sealed);
    return db_run(&q, NULL);
}

static enum rc check_count(struct tx *tx, struct device_place place)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT count(*) FROM one_time_key WHERE user = ?1 AND device = ?2 AND sealed IS NOT NULL", NULL));
    bind_place(&q, place);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    return count > ONE_TIME_KEYS_MAX ? RC_TOO_LARGE : RC_OK;
}

/* Of those given out, only the newest are worth remembering. */
static enum rc forget_old(struct tx *tx, struct device_place place)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM one_time_key WHERE user = ?1 AND device = ?2 AND sealed IS NULL AND seq <="
                 " (SELECT seq FROM one_time_key WHERE user = ?1 AND device = ?2 AND sealed IS NULL"
                 " ORDER BY seq DESC LIMIT 1 OFFSET ?3)",
                 NULL));
    bind_place(&q, place);
    db_bind_i64(&q, 3, ONE_TIME_KEYS_REMEMBERED);
    return db_run(&q, NULL);
}

enum rc one_time_keys_add(struct tx *tx, struct device_place place, const struct published_key *keys, size_t count)
{
    bool any = false;
    if (count > ONE_TIME_KEYS_MAX)
        return RC_TOO_LARGE;
    int64_t seq = tx_next_pos(tx) * SEQ_OF_UPLOAD;
    for (size_t i = 0; i < count; i++) {
        bool added;
        TRY(insert(tx, place, &keys[i], seq + (int64_t)i, &added));
        any |= added;
    }
    if (!any)
        return RC_OK;
    TRY(check_count(tx, place));
    tx_notify_user(tx, place.user_nid, NOTICE_KEY_COUNTS, 0);
    return forget_old(tx, place);
}

static enum rc check_fallback_count(struct tx *tx, struct device_place place)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM fallback_key WHERE user = ?1 AND device = ?2", NULL));
    bind_place(&q, place);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    TRY(db_done(&q, NULL));
    return count > FALLBACK_KEYS_MAX ? RC_TOO_LARGE : RC_OK;
}

enum rc fallback_keys_set(struct tx *tx, struct device_place place, const struct published_key *key)
{
    str sealed;
    TRY(seal_key(tx, "fallback_key", place, key, &sealed));
    tx_next_pos(tx);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO fallback_key(user, device, algorithm, used, content, sealed)"
                 " VALUES(?1, ?2, ?3, 0, ?4, ?5) ON CONFLICT(user, device, algorithm) DO UPDATE"
                 " SET used = 0, content = excluded.content, sealed = excluded.sealed"
                 " WHERE content <> excluded.content",
                 NULL));
    bind_place(&q, place);
    db_bind_text(&q, 3, key->algorithm);
    db_bind_blob(&q, 4, content_of(tx, key));
    db_bind_blob(&q, 5, sealed);
    TRY(db_run(&q, NULL));
    tx_notify_user(tx, place.user_nid, NOTICE_KEY_COUNTS, 0);
    return check_fallback_count(tx, place);
}

/* ---- claiming ---- */

static enum rc take_oldest(struct tx *tx, struct device_place place, str algorithm, struct published_key *ret_key)
{
    str name = STR_NONE, sealed = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT name, sealed FROM one_time_key WHERE user = ?1 AND device = ?2 AND algorithm = ?3"
                 " AND sealed IS NOT NULL ORDER BY seq LIMIT 1",
                 NULL));
    bind_place(&q, place);
    db_bind_text(&q, 3, algorithm);
    if (db_next(&q)) {
        name = arena_dup(tx->arena, db_column_str(&q, 0));
        sealed = arena_dup(tx->arena, db_column_str(&q, 1));
    }
    TRY(db_done(&q, NULL));
    if (!sealed.len)
        return RC_NOT_FOUND;
    TRY(open_key(tx, FIELD_ONE_TIME_KEY, place, sealed, ret_key));
    TRY(db_query(tx_chat(tx), &q, "UPDATE one_time_key SET sealed = NULL WHERE user = ?1 AND device = ?2 AND name = ?3",
                 NULL));
    bind_place(&q, place);
    db_bind_blob(&q, 3, name);
    return db_run(&q, NULL);
}

static enum rc use_fallback(struct tx *tx, struct device_place place, str algorithm, struct published_key *ret_key)
{
    str sealed = STR_NONE;
    bool used = false;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT sealed, used FROM fallback_key WHERE user = ?1 AND device = ?2 AND algorithm = ?3", NULL));
    bind_place(&q, place);
    db_bind_text(&q, 3, algorithm);
    if (db_next(&q)) {
        sealed = arena_dup(tx->arena, db_column_str(&q, 0));
        used = db_column_i64(&q, 1) != 0;
    }
    TRY(db_done(&q, NULL));
    if (!sealed.len)
        return RC_NOT_FOUND;
    TRY(open_key(tx, FIELD_FALLBACK_KEY, place, sealed, ret_key));
    if (used)
        return RC_OK;
    TRY(db_query(tx_chat(tx), &q, "UPDATE fallback_key SET used = 1 WHERE user = ?1 AND device = ?2 AND algorithm = ?3",
                 NULL));
    bind_place(&q, place);
    db_bind_text(&q, 3, algorithm);
    return db_run(&q, NULL);
}

enum rc one_time_keys_claim(struct tx *tx, struct device_place place, str algorithm, struct published_key *ret_key)
{
    *ret_key = (struct published_key){.algorithm = algorithm};
    enum rc rc = take_oldest(tx, place, algorithm, ret_key);
    if (rc == RC_NOT_FOUND)
        rc = use_fallback(tx, place, algorithm, ret_key);
    if (rc == RC_OK)
        tx_notify_user(tx, place.user_nid, NOTICE_KEY_COUNTS, 0);
    return rc;
}

enum rc one_time_keys_remove(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    const struct device_place place = {user_nid, device_nid};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM one_time_key WHERE user = ?1 AND device = ?2", NULL));
    bind_place(&q, place);
    TRY(db_run(&q, NULL));
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM fallback_key WHERE user = ?1 AND device = ?2", NULL));
    bind_place(&q, place);
    return db_run(&q, NULL);
}

/* ---- counting ---- */

enum rc one_time_keys_add_counts(struct tx *tx, struct device_place place, struct strbuf *out)
{
    bool first = true, has_usual = false;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT algorithm, count(*) FROM one_time_key WHERE user = ?1 AND device = ?2"
                 " AND sealed IS NOT NULL GROUP BY algorithm",
                 NULL));
    bind_place(&q, place);
    strbuf_add_char(out, '{');
    while (db_next(&q)) {
        str algorithm = db_column_str(&q, 0);
        has_usual |= str_eq(algorithm, S("signed_curve25519"));
        if (!first)
            strbuf_add_char(out, ',');
        first = false;
        strbuf_add_json(out, algorithm);
        strbuf_add_char(out, ':');
        strbuf_add_i64(out, db_column_i64(&q, 1));
    }
    if (!has_usual)
        strbuf_add(out, first ? S("\"signed_curve25519\":0") : S(",\"signed_curve25519\":0"));
    strbuf_add_char(out, '}');
    return db_done(&q, NULL);
}

enum rc fallback_keys_add_unused(struct tx *tx, struct device_place place, struct strbuf *out)
{
    bool first = true;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT algorithm FROM fallback_key WHERE user = ?1 AND device = ?2 AND used = 0 ORDER BY algorithm",
                 NULL));
    bind_place(&q, place);
    strbuf_add_char(out, '[');
    while (db_next(&q)) {
        if (!first)
            strbuf_add_char(out, ',');
        first = false;
        strbuf_add_json(out, db_column_str(&q, 0));
    }
    strbuf_add_char(out, ']');
    return db_done(&q, NULL);
}
