/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/media.h"

#include "store/gate.h"
#include "store/seal.h"

enum { STATE_PENDING, STATE_UPLOADED, STATE_PASSING, ID_LEN = 24, DAY_MS = 24 * 3600 * 1000 };

/* Sealed: key, type, NUL, name. */
static str seal_context(struct tx *tx, str id)
{
    return arena_concat(tx->arena, S("media:"), id, STR_NONE);
}

static enum rc open_sealed(struct tx *tx, struct media *media, str sealed)
{
    const struct personal *value;
    str plain;
    TRY(seal_open(tx, media->owner_nid, seal_context(tx, media->id), sealed, &value));
    TRY(gate_release_declared(tx, media->owner_nid, FIELD_MEDIA, value, &plain));
    if (plain.len < CRYPTO_KEY_SIZE)
        return RC_CRYPTO;
    memcpy(media->key.bytes, plain.ptr, CRYPTO_KEY_SIZE);
    media->name = str_split(str_skip(plain, CRYPTO_KEY_SIZE), '\0', &media->type);
    return RC_OK;
}

enum rc media_get(struct tx *tx, str id, struct media *ret_media)
{
    struct media media = {.id = id};
    str sealed = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT owner, created, state, size, file, sealed, barred FROM media WHERE id = ?1",
                 NULL));
    db_bind_text(&q, 1, id);
    bool found = db_next(&q);
    if (found) {
        media.owner_nid = (uint64_t)db_column_i64(&q, 0);
        media.created_ms = db_column_i64(&q, 1);
        media.uploaded = db_column_i64(&q, 2) != STATE_PENDING;
        media.passing = db_column_i64(&q, 2) == STATE_PASSING;
        media.size = db_column_i64(&q, 3);
        media.file = arena_dup(tx->arena, db_column_str(&q, 4));
        sealed = arena_dup(tx->arena, db_column_str(&q, 5));
        media.barred = db_column_i64(&q, 6) != 0;
    }
    TRY(db_done(&q, NULL));
    if (!found)
        return RC_NOT_FOUND;
    if (media.uploaded)
        TRY(open_sealed(tx, &media, sealed));
    *ret_media = media;
    return RC_OK;
}

static enum rc pending_count(struct tx *tx, uint64_t owner_nid, int64_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM media WHERE owner = ?1 AND state = 0", NULL));
    db_bind_i64(&q, 1, (int64_t)owner_nid);
    *ret_count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc media_create(struct tx *tx, uint64_t owner_nid, int64_t max, str *ret_id)
{
    int64_t pending;
    TRY(pending_count(tx, owner_nid, &pending));
    if (pending >= max)
        return RC_LIMITED;
    str id = crypto_random_name(tx->env, tx->arena, ID_LEN);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT INTO media(id, owner, created, state, size) VALUES(?1, ?2, ?3, 0, 0)", NULL));
    db_bind_text(&q, 1, id);
    db_bind_i64(&q, 2, (int64_t)owner_nid);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    *ret_id = id;
    return db_run(&q, NULL);
}

/* What the owner has of the same bytes. RC_NOT_FOUND. */
static enum rc find_same(struct tx *tx, uint64_t owner_nid, str digest, struct media *ret_same)
{
    str id = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT id FROM media WHERE owner = ?1 AND digest = ?2 LIMIT 1", NULL));
    db_bind_i64(&q, 1, (int64_t)owner_nid);
    db_bind_blob(&q, 2, digest);
    if (db_next(&q))
        id = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return id.len ? media_get(tx, id, ret_same) : RC_NOT_FOUND;
}

static enum rc put_row(struct tx *tx, str id, const struct media *media, str digest)
{
    str key = str_from(media->key.bytes, CRYPTO_KEY_SIZE), sealed;
    str plain = arena_concat(tx->arena, arena_concat(tx->arena, key, media->type, STR_NONE), S("\0"), media->name);
    TRY(seal_for(tx, media->owner_nid, seal_context(tx, id), plain, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO media(id, owner, created, state, size, file, sealed, digest)"
                 " VALUES(?1, ?2, ?3, ?8, ?4, ?5, ?6, ?7)"
                 " ON CONFLICT(id) DO UPDATE SET state = excluded.state, size = excluded.size, file = excluded.file,"
                 " sealed = excluded.sealed, digest = excluded.digest",
                 NULL));
    db_bind_text(&q, 1, id);
    db_bind_i64(&q, 2, (int64_t)media->owner_nid);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    db_bind_i64(&q, 4, media->size);
    db_bind_text(&q, 5, media->file);
    db_bind_blob(&q, 6, sealed);
    if (digest.len)
        db_bind_blob(&q, 7, digest);
    db_bind_i64(&q, 8, media->passing ? STATE_PASSING : STATE_UPLOADED);
    return db_run(&q, NULL);
}

enum rc media_add(struct tx *tx, const struct media *media, str *ret_id, str *ret_file)
{
    struct media same, row = *media;
    str blind = STR_NONE;
    enum rc rc = RC_NOT_FOUND;
    if (media->digest.len && !media->passing) {
        TRY(seal_blind_of(tx, media->owner_nid, "media", media->digest, &blind));
        rc = find_same(tx, media->owner_nid, blind, &same);
    }
    if (rc == RC_OK && same.barred)
        return RC_FORBIDDEN;
    if (rc == RC_OK) {
        row.file = same.file;
        row.key = same.key;
    } else if (rc != RC_NOT_FOUND) {
        return rc;
    }
    *ret_id = media->id.len ? media->id : crypto_random_name(tx->env, tx->arena, ID_LEN);
    *ret_file = row.file;
    return put_row(tx, *ret_id, &row, blind);
}

enum rc media_usage(struct tx *tx, uint64_t owner_nid, struct media_usage *ret_usage)
{
    struct db_query q;
    *ret_usage = (struct media_usage){0};
    TRY(db_query(tx_chat(tx), &q, "SELECT bytes, files FROM media_used WHERE owner = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)owner_nid);
    if (db_next(&q))
        *ret_usage = (struct media_usage){.bytes = db_column_i64(&q, 0), .files = db_column_i64(&q, 1)};
    TRY(db_done(&q, NULL));
    return pending_count(tx, owner_nid, &ret_usage->waiting);
}

enum rc media_day_wait(struct tx *tx, uint64_t owner_nid, int64_t max, int64_t *ret_wait_ms)
{
    struct db_query q;
    int64_t now = env_now_ms(tx->env);
    *ret_wait_ms = 0;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT created FROM media WHERE owner = ?1 AND created > ?2 ORDER BY created DESC LIMIT 1 OFFSET ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)owner_nid);
    db_bind_i64(&q, 2, now - DAY_MS);
    db_bind_i64(&q, 3, max - 1);
    if (db_next(&q))
        *ret_wait_ms = db_column_i64(&q, 0) + DAY_MS - now;
    return db_done(&q, NULL);
}

enum rc media_day_count(struct tx *tx, uint64_t owner_nid, int64_t max, int64_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT count(*) FROM (SELECT 1 FROM media WHERE owner = ?1 AND created > ?2 LIMIT ?3)", NULL));
    db_bind_i64(&q, 1, (int64_t)owner_nid);
    db_bind_i64(&q, 2, env_now_ms(tx->env) - DAY_MS);
    db_bind_i64(&q, 3, max);
    *ret_count = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc media_owner(struct tx *tx, str id, uint64_t *ret_owner_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT owner FROM media WHERE id = ?1", NULL));
    db_bind_text(&q, 1, id);
    bool found = db_next(&q);
    if (found)
        *ret_owner_nid = (uint64_t)db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc media_bar(struct tx *tx, uint64_t owner_nid, str id, bool barred, int64_t *ret_count)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 id.len ? "UPDATE media SET barred = ?2 WHERE owner = ?1 AND state <> 0 AND barred <> ?2"
                          " AND file = (SELECT file FROM media WHERE id = ?3)"
                        : "UPDATE media SET barred = ?2 WHERE owner = ?1 AND state <> 0 AND barred <> ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)owner_nid);
    db_bind_i64(&q, 2, barred);
    if (id.len)
        db_bind_text(&q, 3, id);
    TRY(db_run(&q, NULL));
    *ret_count = db_changes(tx_chat(tx));
    return RC_OK;
}

enum rc media_knows_file(struct tx *tx, str file, bool *ret_known)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT 1 FROM media WHERE file = ?1", NULL));
    db_bind_text(&q, 1, file);
    *ret_known = db_next(&q);
    return db_done(&q, NULL);
}

enum rc media_drop_expired(struct tx *tx)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM media WHERE state = 2 AND created < ?1", NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env) - MEDIA_PASSING_MS);
    TRY(db_run(&q, NULL));
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM media WHERE state = 0 AND created < ?1", NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env) - MEDIA_PENDING_MS);
    return db_run(&q, NULL);
}
