/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/cross_signing.h"

#include "store/gate.h"
#include "store/key_changes.h"
#include "store/key_signatures.h"
#include "store/seal.h"

static str seal_context(struct tx *tx, uint64_t user_nid, int usage)
{
    return arena_printf(tx->arena, "cross_signing_key:%llu:%d", (unsigned long long)user_nid, usage);
}

static str blind_of(struct tx *tx, str public_key)
{
    return seal_blind(tx, "cross_signing_key", public_key);
}

/* Columns: usage, sealed. */
static enum rc read_row(struct tx *tx, uint64_t user_nid, const struct db_query *q, struct cross_signing_keys *keys)
{
    const struct personal *value;
    int64_t usage = db_column_i64(q, 0);
    str plain;
    if (usage < 0 || usage >= CROSS_SIGNING_USAGES)
        return RC_STORE;
    TRY(seal_open(tx, user_nid, seal_context(tx, user_nid, (int)usage), db_column_str(q, 1), &value));
    TRY(gate_release_declared(tx, user_nid, FIELD_CROSS_SIGNING_KEY, value, &plain));
    struct cross_signing_key *key = &keys->of[usage];
    key->text = str_split(plain, '\0', &key->public_key);
    return RC_OK;
}

enum rc cross_signing_get(struct tx *tx, uint64_t user_nid, struct cross_signing_keys *ret_keys)
{
    struct db_query q;
    enum rc rc = RC_OK;
    *ret_keys = (struct cross_signing_keys){0};
    TRY(db_query(tx_chat(tx), &q, "SELECT usage, sealed FROM cross_signing_key WHERE user = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    while (rc == RC_OK && db_next(&q))
        rc = read_row(tx, user_nid, &q, ret_keys);
    enum rc ended = db_done(&q, NULL);
    return rc == RC_OK ? ended : rc;
}

enum rc cross_signing_has(struct tx *tx, uint64_t user_nid, str public_key, bool *ret_has)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT 1 FROM cross_signing_key WHERE user = ?1 AND public = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_blob(&q, 2, blind_of(tx, public_key));
    *ret_has = db_next(&q);
    return db_done(&q, NULL);
}

static enum rc write_row(struct tx *tx, uint64_t user_nid, int usage, const struct cross_signing_key *key)
{
    str sealed, plain = arena_concat(tx->arena, key->public_key, S("\0"), key->text);
    TRY(seal_for(tx, user_nid, seal_context(tx, user_nid, usage), plain, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO cross_signing_key(user, usage, public, sealed) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT(user, usage) DO UPDATE SET public = excluded.public, sealed = excluded.sealed",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, usage);
    db_bind_blob(&q, 3, blind_of(tx, key->public_key));
    db_bind_blob(&q, 4, sealed);
    return db_run(&q, NULL);
}

/* What the replaced key signed. */
static enum rc drop_signatures(struct tx *tx, uint64_t user_nid, int usage, const struct cross_signing_key *replaced)
{
    if (usage == CROSS_SIGNING_MASTER)
        return key_signatures_drop_all(tx, user_nid);
    return key_signatures_drop_by(tx, user_nid, arena_concat(tx->arena, S("ed25519:"), replaced->public_key, STR_NONE));
}

static enum rc remove_row(struct tx *tx, uint64_t user_nid, int usage)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM cross_signing_key WHERE user = ?1 AND usage = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, usage);
    return db_run(&q, NULL);
}

static bool is_another(const struct cross_signing_key *given, const struct cross_signing_key *present)
{
    return given->text.len && present->text.len && !str_eq(given->public_key, present->public_key);
}

enum rc cross_signing_set(struct tx *tx, uint64_t user_nid, const struct cross_signing_keys *keys)
{
    struct cross_signing_keys present;
    bool changed = false;
    TRY(cross_signing_get(tx, user_nid, &present));
    bool new_master = is_another(&keys->of[CROSS_SIGNING_MASTER], &present.of[CROSS_SIGNING_MASTER]);
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        const struct cross_signing_key *key = &keys->of[usage], *before = &present.of[usage];
        if (!key->text.len && new_master)
            TRY(remove_row(tx, user_nid, usage));
        if (!key->text.len || str_eq(key->text, before->text))
            continue;
        if (is_another(key, before))
            TRY(drop_signatures(tx, user_nid, usage, before));
        TRY(write_row(tx, user_nid, usage, key));
        changed = true;
    }
    return changed ? key_changes_note(tx, user_nid) : RC_OK;
}
