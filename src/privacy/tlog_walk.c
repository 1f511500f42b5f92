/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/tlog_walk.h"

#include "privacy/log_leaves.h"

static enum rc note_read(struct db *vault, struct arena *arena, str *ret_note, struct error *err)
{
    struct db_query q;
    TRY(db_query(vault, &q, "SELECT note FROM log_checkpoint WHERE id = 1", err));
    *ret_note = db_next(&q) ? arena_dup(arena, db_column_str(&q, 0)) : STR_NONE;
    return db_done(&q, err);
}

enum rc tlog_walk_begin(struct db *vault, struct arena *arena, str origin, const unsigned char public_key[32],
                        struct tlog_walk *ret_walk, struct error *err)
{
    struct log_head head = {0};
    str note;
    TRY(note_read(vault, arena, &note, err));
    *ret_walk = (struct tlog_walk){0};
    crypto_sha256(STR_NONE, ret_walk->root.bytes);
    if (!note.ptr)
        return RC_OK;
    if (!origin.ptr)
        str_split(note, '\n', &origin);
    if (log_note_read(arena, note, origin, public_key, &head) != RC_OK)
        return error_set(err, RC_CRYPTO, "the log's checkpoint is not signed by this server");
    ret_walk->size = head.size;
    ret_walk->root = head.root;
    return RC_OK;
}

static enum rc compare(const struct tlog_walk *walk, struct error *err)
{
    struct merkle_hash root;
    merkle_fold_root(&walk->fold, &root);
    return memcmp(root.bytes, walk->root.bytes, sizeof root.bytes) == 0
               ? RC_OK
               : error_set(err, RC_CRYPTO, "the audit's %llu entries are not those that were signed: it was rewritten",
                           (unsigned long long)walk->size);
}

enum rc tlog_walk_step(struct tlog_walk *walk, struct db *vault, struct arena *arena, size_t limit, struct error *err)
{
    struct log_leaf *leaves;
    size_t count;
    uint64_t left = walk->size - walk->fold.size;
    size_t wanted = left < limit ? (size_t)left : limit;
    enum rc rc = log_leaves(vault, arena, walk->fold.size, wanted, &leaves, &count);
    if (rc != RC_OK && rc != RC_CRYPTO)
        return rc;
    for (size_t i = 0; i < count; i++) {
        struct merkle_hash leaf;
        merkle_leaf(str_from(leaves[i].commitment, sizeof leaves[i].commitment), &leaf);
        merkle_fold_add(&walk->fold, &leaf);
    }
    if (rc != RC_OK || count < wanted)
        return error_set(err, RC_CRYPTO, "entry %llu of the audit is gone, and %llu were signed",
                         (unsigned long long)walk->fold.size, (unsigned long long)walk->size);
    walk->done = walk->fold.size == walk->size;
    return walk->done ? compare(walk, err) : RC_OK;
}
