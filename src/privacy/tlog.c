/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/tlog.h"

#include "privacy/signed.h"

/* ---- its name and key ---- */

str tlog_origin(struct arena *arena, const struct store *store)
{
    return arena_concat(arena, store_server_name(store), S("/_parley/log"), STR_NONE);
}

str tlog_verifier(struct arena *arena, const struct store *store)
{
    struct crypto_signer signer;
    signing_signer(store, SIGNING_LOG, &signer);
    str text = log_note_verifier(arena, tlog_origin(arena, store), signer.public_key);
    crypto_wipe(&signer, sizeof signer);
    return text;
}

/* ---- nodes ---- */

static enum rc node_get(void *ctx, int level, uint64_t place, struct merkle_hash *ret_hash)
{
    struct db_query q;
    bool found = false;
    TRY(db_query(ctx, &q, "SELECT hash FROM log_node WHERE level = ?1 AND place = ?2", NULL));
    db_bind_i64(&q, 1, level);
    db_bind_i64(&q, 2, (int64_t)place);
    if (db_next(&q)) {
        str hash = db_column_str(&q, 0);
        found = hash.len == sizeof ret_hash->bytes;
        if (found)
            memcpy(ret_hash->bytes, hash.ptr, hash.len);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_CRYPTO;
}

static enum rc node_put(void *ctx, int level, uint64_t place, const struct merkle_hash *hash)
{
    struct db_query q;
    TRY(db_query(ctx, &q, "INSERT INTO log_node(level, place, hash) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, level);
    db_bind_i64(&q, 2, (int64_t)place);
    db_bind_blob(&q, 3, str_from(hash->bytes, sizeof hash->bytes));
    return db_run(&q, NULL);
}

struct merkle_nodes tlog_nodes(struct db *vault)
{
    return (struct merkle_nodes){vault, node_get, node_put};
}

/* ---- the checkpoint ---- */

static enum rc note_get(struct tx *tx, str *ret_note)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT note FROM log_checkpoint WHERE id = 1", NULL));
    bool found = db_next(&q);
    if (found)
        *ret_note = arena_dup(tx->arena, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc tlog_head(struct tx *tx, struct log_head *ret_head, str *ret_note)
{
    struct crypto_signer signer;
    TRY(note_get(tx, ret_note));
    signing_signer(tx->store, SIGNING_LOG, &signer);
    enum rc rc = log_note_read(tx->arena, *ret_note, tlog_origin(tx->arena, tx->store), signer.public_key, ret_head);
    crypto_wipe(&signer, sizeof signer);
    return rc == RC_OK ? RC_OK : RC_CRYPTO;
}

static enum rc checkpoint_put(struct tx *tx, const struct log_head *head)
{
    struct crypto_signer signer;
    struct db_query q;
    signing_signer(tx->store, SIGNING_LOG, &signer);
    str note = log_note_make(tx->arena, head, &signer);
    crypto_wipe(&signer, sizeof signer);
    TRY(db_query(tx_vault(tx), &q,
                 "INSERT INTO log_checkpoint(id, size, note) VALUES(1, ?1, ?2)"
                 " ON CONFLICT(id) DO UPDATE SET size = excluded.size, note = excluded.note",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)head->size);
    db_bind_text(&q, 2, note);
    return db_run(&q, NULL);
}

/* ---- growing ---- */

/* What was signed is still what is there, as far as its end and its nodes tell; tlog_walk.h looks at all of it. */
static enum rc continues(struct db *vault, const struct log_head *head, const struct log_leaf *newest,
                         struct error *err)
{
    const struct merkle_nodes nodes = tlog_nodes(vault);
    struct merkle_hash root, leaf, kept;
    unsigned long long size = head->size;
    if (head->size && !newest)
        return error_set(err, RC_CRYPTO, "the audit ends before the %llu entries that were signed", size);
    TRY(merkle_root(&nodes, head->size, &root));
    if (memcmp(root.bytes, head->root.bytes, sizeof root.bytes) != 0)
        return error_set(err, RC_CRYPTO, "the log's tree is not the one that was signed at %llu entries", size);
    if (!head->size)
        return RC_OK;
    merkle_leaf(str_from(newest->commitment, sizeof newest->commitment), &leaf);
    TRY(node_get(vault, 0, head->size - 1, &kept));
    if (memcmp(leaf.bytes, kept.bytes, sizeof leaf.bytes) != 0)
        return error_set(err, RC_CRYPTO, "entry %llu of the audit is not the one that was signed", size - 1);
    return RC_OK;
}

static enum rc append(struct db *vault, const struct log_leaf *leaves, size_t count, struct log_head *head)
{
    const struct merkle_nodes nodes = tlog_nodes(vault);
    for (size_t i = 0; i < count; i++) {
        struct merkle_hash leaf;
        merkle_leaf(str_from(leaves[i].commitment, sizeof leaves[i].commitment), &leaf);
        TRY(merkle_append(&nodes, head->size, &leaf));
        head->size++;
    }
    return merkle_root(&nodes, head->size, &head->root);
}

enum rc tlog_extend(struct tx *tx, bool *ret_more, struct error *err)
{
    struct db *vault = tx_vault(tx);
    struct log_head head = {.origin = tlog_origin(tx->arena, tx->store)};
    struct log_leaf *leaves;
    size_t count;
    str note;
    enum rc rc = tlog_head(tx, &head, &note);
    bool first = rc == RC_NOT_FOUND;
    if (rc == RC_CRYPTO)
        return error_set(err, rc, "the log's checkpoint is not signed by this server");
    if (rc != RC_OK && !first)
        return rc;
    if (first)
        TRY(merkle_root(&(struct merkle_nodes){0}, 0, &head.root));
    size_t known = head.size > 0; /* the newest one signed is read again */
    TRY(log_leaves(vault, tx->arena, head.size - known, TLOG_BATCH + known, &leaves, &count));
    TRY(continues(vault, &head, count ? leaves : NULL, err));
    *ret_more = count == TLOG_BATCH + known;
    if (count == known && !first)
        return RC_OK;
    TRY(append(vault, leaves + known, count - known, &head));
    return checkpoint_put(tx, &head);
}

/* ---- serving ---- */

static enum rc read_tile(struct tx *tx, const struct log_path *path, struct strbuf *out)
{
    struct db_query q;
    int count = 0;
    int level = path->level * LOG_TILE_HEIGHT;
    if (level > LOG_LEVEL_MAX || path->index > INT64_MAX / LOG_TILE_WIDTH - 1)
        return RC_NOT_FOUND;
    TRY(db_query(tx_vault(tx), &q,
                 "SELECT hash FROM log_node WHERE level = ?1 AND place >= ?2 AND place < ?3 ORDER BY place", NULL));
    db_bind_i64(&q, 1, level);
    db_bind_i64(&q, 2, (int64_t)path->index * LOG_TILE_WIDTH);
    db_bind_i64(&q, 3, (int64_t)path->index * LOG_TILE_WIDTH + path->width);
    for (; db_next(&q); count++)
        strbuf_add(out, db_column_str(&q, 0));
    TRY(db_done(&q, NULL));
    return count == path->width ? RC_OK : RC_NOT_FOUND;
}

/* tlog-tiles, "Log entries": each behind its length in two bytes. */
static enum rc read_entries(struct tx *tx, const struct log_path *path, struct strbuf *out)
{
    struct log_head head;
    struct log_leaf *leaves;
    size_t count;
    str note;
    TRY(tlog_head(tx, &head, &note));
    if (path->index > head.size / LOG_TILE_WIDTH || path->index * LOG_TILE_WIDTH + (uint64_t)path->width > head.size)
        return RC_NOT_FOUND;
    TRY(log_leaves(tx_vault(tx), tx->arena, path->index * LOG_TILE_WIDTH, (size_t)path->width, &leaves, &count));
    if (count != (size_t)path->width)
        return RC_CRYPTO;
    for (size_t i = 0; i < count; i++) {
        strbuf_add_char(out, 0);
        strbuf_add_char(out, sizeof leaves[i].commitment);
        strbuf_add(out, str_from(leaves[i].commitment, sizeof leaves[i].commitment));
    }
    return RC_OK;
}

enum rc tlog_read(struct tx *tx, const struct log_path *path, struct strbuf *out)
{
    str note;
    switch (path->kind) {
    case LOG_TILE: return read_tile(tx, path, out);
    case LOG_ENTRIES: return read_entries(tx, path, out);
    case LOG_CHECKPOINT: break;
    }
    TRY(note_get(tx, &note));
    strbuf_add(out, note);
    return RC_OK;
}
