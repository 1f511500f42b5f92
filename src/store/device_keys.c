/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/device_keys.h"

#include "base/vec.h"
#include "store/devices.h"
#include "store/gate.h"
#include "store/key_changes.h"
#include "store/key_signatures.h"
#include "store/one_time_keys.h"
#include "store/seal.h"

static str seal_context(struct tx *tx, uint64_t device_nid)
{
    return arena_printf(tx->arena, "device_key:%llu", (unsigned long long)device_nid);
}

static enum rc is_what_it_has(struct tx *tx, uint64_t user_nid, uint64_t device_nid, str content, bool *ret_same)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT content FROM device_key WHERE user = ?1 AND device = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)device_nid);
    *ret_same = db_next(&q) && str_eq(db_column_str(&q, 0), content);
    return db_done(&q, NULL);
}

/* What was put on the device's keys, and what it put on others of its owner. */
static enum rc drop_signatures(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    struct device device;
    TRY(devices_get(tx, device_nid, &device));
    TRY(key_signatures_drop_on(tx, user_nid, device.device_id));
    return key_signatures_drop_by(tx, user_nid, arena_concat(tx->arena, S("ed25519:"), device.device_id, STR_NONE));
}

enum rc device_keys_set(struct tx *tx, uint64_t user_nid, uint64_t device_nid, str text)
{
    str content = seal_blind(tx, "device_key", text), sealed;
    bool same;
    TRY(is_what_it_has(tx, user_nid, device_nid, content, &same));
    if (same)
        return RC_OK;
    TRY(drop_signatures(tx, user_nid, device_nid));
    TRY(seal_for(tx, user_nid, seal_context(tx, device_nid), text, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO device_key(user, device, content, sealed) VALUES(?1, ?2, ?3, ?4)"
                 " ON CONFLICT(user, device) DO UPDATE SET content = excluded.content, sealed = excluded.sealed",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)device_nid);
    db_bind_blob(&q, 3, content);
    db_bind_blob(&q, 4, sealed);
    TRY(db_run(&q, NULL));
    return key_changes_note(tx, user_nid);
}

/* Columns: device, device_id, sealed. */
static enum rc read_row(struct tx *tx, uint64_t user_nid, const struct db_query *q, struct device_keys *ret_keys)
{
    const struct personal *value;
    *ret_keys = (struct device_keys){.device_nid = (uint64_t)db_column_i64(q, 0),
                                     .device_id = arena_dup(tx->arena, db_column_str(q, 1))};
    TRY(seal_open(tx, user_nid, seal_context(tx, ret_keys->device_nid), db_column_str(q, 2), &value));
    return gate_release_declared(tx, user_nid, FIELD_DEVICE_KEY, value, &ret_keys->text);
}

enum rc device_keys_of_user(struct tx *tx, uint64_t user_nid, struct device_keys **ret_keys, size_t *ret_count)
{
    VEC(struct device_keys) found = {0};
    struct device_keys keys;
    struct db_query q;
    enum rc rc = RC_OK;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT k.device, d.device_id, k.sealed FROM device_key k JOIN device d ON d.nid = k.device"
                 " WHERE k.user = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    while (rc == RC_OK && db_next(&q)) {
        rc = read_row(tx, user_nid, &q, &keys);
        if (rc == RC_OK)
            vec_push(&found, keys);
    }
    enum rc ended = db_done(&q, NULL);
    *ret_keys = arena_array(tx->arena, struct device_keys, found.count);
    if (found.count)
        memcpy(*ret_keys, found.items, found.count * sizeof *found.items);
    *ret_count = found.count;
    vec_fini(&found);
    return rc == RC_OK ? ended : rc;
}

enum rc device_keys_get(struct tx *tx, uint64_t user_nid, str device_id, struct device_keys *ret_keys)
{
    struct db_query q;
    enum rc rc = RC_NOT_FOUND;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT k.device, d.device_id, k.sealed FROM device d JOIN device_key k"
                 " ON k.user = d.user_nid AND k.device = d.nid WHERE d.user_nid = ?1 AND d.device_id = ?2",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_text(&q, 2, device_id);
    if (db_next(&q))
        rc = read_row(tx, user_nid, &q, ret_keys);
    enum rc ended = db_done(&q, NULL);
    return ended == RC_OK ? rc : ended;
}

enum rc device_keys_remove(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    struct db_query q;
    TRY(one_time_keys_remove(tx, user_nid, device_nid));
    TRY(drop_signatures(tx, user_nid, device_nid));
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM device_key WHERE user = ?1 AND device = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)device_nid);
    TRY(db_run(&q, NULL));
    return db_changes(tx_chat(tx)) ? key_changes_note(tx, user_nid) : RC_OK;
}
