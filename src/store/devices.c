/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/devices.h"

#include "crypto/crypto.h"
#include "store/cross_signing.h"
#include "store/nid.h"

static bool device_id_is_valid(str id)
{
    if (id.len == 0 || id.len > DEVICE_ID_MAX)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if ((unsigned char)id.ptr[i] <= ' ' || id.ptr[i] == 0x7f)
            return false;
    return true;
}

/* Of "FROM device". A number is given out once, so that it alone tells whether it is the dehydrated one's. */
#define COLUMNS                                                                                                        \
    "nid, device_id, created_ms, seen_ms,"                                                                             \
    " EXISTS(SELECT 1 FROM dehydrated_device x WHERE x.device = nid AND x.user = user_nid)"

static void read_row(const struct db_query *q, struct arena *arena, struct device *ret_device)
{
    ret_device->nid = (uint64_t)db_column_i64(q, 0);
    ret_device->device_id = arena_dup(arena, db_column_str(q, 1));
    ret_device->created_ms = db_column_i64(q, 2);
    ret_device->seen_ms = db_column_i64(q, 3);
    ret_device->dehydrated = db_column_i64(q, 4) != 0;
}

enum rc devices_find(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device)
{
    struct db_query q;
    bool found = false;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM device WHERE user_nid = ?1 AND device_id = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_text(&q, 2, device_id);
    if (db_next(&q)) {
        found = true;
        read_row(&q, tx->arena, ret_device);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc devices_get(struct tx *tx, uint64_t device_nid, struct device *ret_device)
{
    struct db_query q;
    bool found = false;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM device WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    if (db_next(&q)) {
        found = true;
        read_row(&q, tx->arena, ret_device);
    }
    TRY(db_done(&q, NULL));
    return found ? RC_OK : RC_NOT_FOUND;
}

enum rc devices_list_all(struct tx *tx, uint64_t user_nid, struct device **ret_devices, size_t *ret_count)
{
    enum { MAX = DEVICES_PER_USER + 1 };
    struct db_query q;
    size_t count = 0;
    struct device *devices = arena_array(tx->arena, struct device, MAX);
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM device WHERE user_nid = ?1 ORDER BY created_ms, nid", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    while (count < MAX && db_next(&q))
        read_row(&q, tx->arena, &devices[count++]);
    TRY(db_done(&q, NULL));
    *ret_devices = devices;
    *ret_count = count;
    return RC_OK;
}

enum rc devices_list(struct tx *tx, uint64_t user_nid, struct device **ret_devices, size_t *ret_count)
{
    size_t all;
    TRY(devices_list_all(tx, user_nid, ret_devices, &all));
    *ret_count = 0;
    for (size_t i = 0; i < all; i++)
        if (!(*ret_devices)[i].dehydrated)
            (*ret_devices)[(*ret_count)++] = (*ret_devices)[i];
    return RC_OK;
}

static enum rc count_devices(struct tx *tx, uint64_t user_nid, int64_t *ret_count)
{
    struct db_query q;
    *ret_count = 0;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT count(*) FROM device WHERE user_nid = ?1 AND nid NOT IN"
                 " (SELECT device FROM dehydrated_device WHERE user = ?1)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    if (db_next(&q))
        *ret_count = db_column_i64(&q, 0);
    return db_done(&q, NULL);
}

static enum rc insert(struct tx *tx, uint64_t user_nid, const struct device *device)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO device (nid, user_nid, device_id, created_ms, seen_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)device->nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_text(&q, 3, device->device_id);
    db_bind_i64(&q, 4, device->created_ms);
    db_bind_i64(&q, 5, device->seen_ms);
    return db_run(&q, NULL);
}

/* One of the account's own choice, for a device that is to be made. */
static enum rc check_id(struct tx *tx, uint64_t user_nid, str device_id, struct error *err)
{
    bool is_key;
    if (!device_id_is_valid(device_id))
        return error_set(err, RC_INVALID, "device_id must be 1 to %d printable characters", DEVICE_ID_MAX);
    TRY(cross_signing_has(tx, user_nid, device_id, &is_key));
    return is_key ? error_set(err, RC_INVALID, "device_id is what one of the account's keys is called") : RC_OK;
}

static enum rc make(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device)
{
    int64_t now = env_now_ms(tx->env);
    *ret_device = (struct device){
        .nid = nid_new(tx->env),
        .device_id = device_id.len ? arena_dup(tx->arena, device_id) : crypto_random_name(tx->env, tx->arena, 10),
        .created_ms = now,
        .seen_ms = now,
    };
    return insert(tx, user_nid, ret_device);
}

enum rc devices_ensure(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device, bool *ret_is_new,
                       struct error *err)
{
    int64_t count;
    *ret_is_new = false;
    if (device_id.len) {
        enum rc rc = devices_find(tx, user_nid, device_id, ret_device);
        if (rc == RC_OK && ret_device->dehydrated)
            return error_set(err, RC_INVALID, "device_id is that of the account's dehydrated device");
        if (rc != RC_NOT_FOUND)
            return rc;
        TRY(check_id(tx, user_nid, device_id, err));
    }
    TRY(count_devices(tx, user_nid, &count));
    if (count >= DEVICES_PER_USER)
        return error_set(err, RC_LIMITED, "This account has too many devices. Sign one of them out first.");
    *ret_is_new = true;
    return make(tx, user_nid, device_id, ret_device);
}

enum rc devices_add(struct tx *tx, uint64_t user_nid, str device_id, struct device *ret_device, struct error *err)
{
    TRY(check_id(tx, user_nid, device_id, err));
    return make(tx, user_nid, device_id, ret_device);
}

enum rc devices_remove(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM device WHERE nid = ?1 AND user_nid = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    return db_run(&q, NULL);
}

enum rc devices_note_seen(struct tx *tx, uint64_t user_nid, uint64_t device_nid, int64_t seen_ms)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE device SET seen_ms = ?3 WHERE nid = ?1 AND user_nid = ?2 AND seen_ms < ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)device_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_i64(&q, 3, seen_ms);
    return db_run(&q, NULL);
}
