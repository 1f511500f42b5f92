/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/dehydrated.h"

#include "store/gate.h"
#include "store/seal.h"

static str seal_context(struct tx *tx, uint64_t device_nid)
{
    return arena_printf(tx->arena, "dehydrated_device:%llu", (unsigned long long)device_nid);
}

enum rc dehydrated_get(struct tx *tx, uint64_t user_nid, struct dehydrated_device *ret_device)
{
    const struct personal *value;
    str sealed = STR_NONE;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT x.device, d.device_id, x.sealed FROM dehydrated_device x JOIN device d ON d.nid = x.device"
                 " WHERE x.user = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    if (db_next(&q)) {
        *ret_device = (struct dehydrated_device){.device_nid = (uint64_t)db_column_i64(&q, 0),
                                                 .device_id = arena_dup(tx->arena, db_column_str(&q, 1))};
        sealed = arena_dup(tx->arena, db_column_str(&q, 2));
    }
    TRY(db_done(&q, NULL));
    if (!sealed.len)
        return RC_NOT_FOUND;
    TRY(seal_open(tx, user_nid, seal_context(tx, ret_device->device_nid), sealed, &value));
    return gate_release_declared(tx, user_nid, FIELD_DEHYDRATED_DEVICE, value, &ret_device->data);
}

enum rc dehydrated_set(struct tx *tx, uint64_t user_nid, uint64_t device_nid, str data)
{
    str sealed;
    TRY(seal_for(tx, user_nid, seal_context(tx, device_nid), data, &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO dehydrated_device(device, user, sealed) VALUES(?1, ?2, ?3)"
                 " ON CONFLICT(device) DO UPDATE SET sealed = excluded.sealed",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_blob(&q, 3, sealed);
    return db_run(&q, NULL);
}

/* Encrypted by its owner's apps, and sealed: the logs need not be emptied for it. */
enum rc dehydrated_forget(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM dehydrated_device WHERE device = ?2 AND user = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)device_nid);
    return db_run(&q, NULL);
}
