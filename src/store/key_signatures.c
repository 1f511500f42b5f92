/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/key_signatures.h"

#include "base/vec.h"
#include "store/gate.h"
#include "store/key_changes.h"
#include "store/seal.h"

static str seal_context(struct tx *tx, uint64_t target)
{
    return arena_printf(tx->arena, "key_signature:%llu", (unsigned long long)target);
}

static str item_blind(struct tx *tx, str item)
{
    return seal_blind(tx, "key_signature_item", item);
}

static str key_blind(struct tx *tx, str key_id)
{
    return seal_blind(tx, "key_signature_key", key_id);
}

/* "<item> NUL <key id> NUL <signature>" */
static str plain_of(struct tx *tx, const struct key_signature *signature)
{
    str names = arena_concat(tx->arena, signature->item, S("\0"), signature->key_id);
    return arena_concat(tx->arena, names, S("\0"), signature->signature);
}

static enum rc open_row(struct tx *tx, uint64_t signer, uint64_t target, str sealed, struct key_signature *ret)
{
    const struct personal *value;
    str plain;
    TRY(seal_open(tx, signer, seal_context(tx, target), sealed, &value));
    TRY(gate_release_declared(tx, signer, FIELD_KEY_SIGNATURE, value, &plain));
    ret->signature = str_split(str_split(plain, '\0', &ret->item), '\0', &ret->key_id);
    return RC_OK;
}

static void bind_pair(struct db_query *q, uint64_t signer, uint64_t target)
{
    db_bind_i64(q, 1, (int64_t)signer);
    db_bind_i64(q, 2, (int64_t)target);
}

/* ---- adding ---- */

static enum rc is_there(struct tx *tx, uint64_t signer, uint64_t target, const struct key_signature *signature,
                        bool *ret_there)
{
    struct key_signature *all;
    size_t count;
    *ret_there = false;
    TRY(key_signatures_by(tx, signer, target, &all, &count));
    for (size_t i = 0; i < count; i++)
        *ret_there |= str_eq(all[i].item, signature->item) && str_eq(all[i].key_id, signature->key_id)
                      && str_eq(all[i].signature, signature->signature);
    return RC_OK;
}

/* Somebody else has one master key at a time: what was said of an earlier one is over. */
static enum rc drop_earlier(struct tx *tx, uint64_t signer, uint64_t target)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM key_signature WHERE signer = ?1 AND target = ?2", NULL));
    bind_pair(&q, signer, target);
    return db_run(&q, NULL);
}

static enum rc write_row(struct tx *tx, uint64_t signer, uint64_t target, const struct key_signature *signature,
                         int64_t pos)
{
    str sealed;
    TRY(seal_for(tx, signer, seal_context(tx, target), plain_of(tx, signature), &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO key_signature(signer, target, item, key, pos, sealed) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
                 " ON CONFLICT(signer, target, item, key) DO UPDATE SET pos = excluded.pos, sealed = excluded.sealed",
                 NULL));
    bind_pair(&q, signer, target);
    db_bind_blob(&q, 3, item_blind(tx, signature->item));
    db_bind_blob(&q, 4, key_blind(tx, signature->key_id));
    db_bind_i64(&q, 5, pos);
    db_bind_blob(&q, 6, sealed);
    return db_run(&q, NULL);
}

enum rc key_signatures_add(struct tx *tx, uint64_t signer, uint64_t target, const struct key_signature *signature)
{
    bool there;
    TRY(is_there(tx, signer, target, signature, &there));
    if (there)
        return RC_OK;
    if (signer == target) {
        TRY(write_row(tx, signer, target, signature, tx_pos(tx)));
        return key_changes_note(tx, target);
    }
    TRY(drop_earlier(tx, signer, target));
    return write_row(tx, signer, target, signature, key_changes_note_to(tx, signer));
}

/* ---- reading ---- */

enum rc key_signatures_by(struct tx *tx, uint64_t signer, uint64_t target, struct key_signature **ret_signatures,
                          size_t *ret_count)
{
    VEC(struct key_signature) found = {0};
    struct key_signature one;
    struct db_query q;
    enum rc rc = RC_OK;
    TRY(db_query(tx_chat(tx), &q, "SELECT sealed FROM key_signature WHERE signer = ?1 AND target = ?2", NULL));
    bind_pair(&q, signer, target);
    while (rc == RC_OK && db_next(&q)) {
        rc = open_row(tx, signer, target, db_column_str(&q, 0), &one);
        if (rc == RC_OK)
            vec_push(&found, one);
    }
    enum rc ended = db_done(&q, NULL);
    *ret_signatures = arena_array(tx->arena, struct key_signature, found.count);
    if (found.count)
        memcpy(*ret_signatures, found.items, found.count * sizeof *found.items);
    *ret_count = found.count;
    vec_fini(&found);
    return rc == RC_OK ? ended : rc;
}

enum rc key_signatures_targets(struct tx *tx, uint64_t signer, int64_t from, int64_t to, uint64_t **ret_nids,
                               size_t *ret_count)
{
    VEC(uint64_t) nids = {0};
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT target FROM key_signature WHERE signer = ?1 AND pos > ?2 AND pos <= ?3 AND target <> ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)signer);
    db_bind_i64(&q, 2, from);
    db_bind_i64(&q, 3, to);
    while (db_next(&q))
        vec_push(&nids, (uint64_t)db_column_i64(&q, 0));
    *ret_nids = arena_array(tx->arena, uint64_t, nids.count);
    if (nids.count)
        memcpy(*ret_nids, nids.items, nids.count * sizeof *nids.items);
    *ret_count = nids.count;
    vec_fini(&nids);
    return db_done(&q, NULL);
}

/* ---- removing ---- */

enum rc key_signatures_drop_all(struct tx *tx, uint64_t signer)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM key_signature WHERE signer = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)signer);
    return db_run(&q, NULL);
}

enum rc key_signatures_drop_by(struct tx *tx, uint64_t signer, str key_id)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM key_signature WHERE signer = ?1 AND key = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)signer);
    db_bind_blob(&q, 2, key_blind(tx, key_id));
    return db_run(&q, NULL);
}

enum rc key_signatures_drop_on(struct tx *tx, uint64_t signer, str item)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM key_signature WHERE signer = ?1 AND target = ?1 AND item = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)signer);
    db_bind_blob(&q, 2, item_blind(tx, item));
    return db_run(&q, NULL);
}
