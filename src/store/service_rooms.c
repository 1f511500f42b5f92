/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/service_rooms.h"

#include "store/rooms_private.h"

static enum rc add(struct tx *tx, str service_id, str network, uint64_t room_nid)
{
    struct db_query q;
    int64_t count = 0;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*) FROM service_room WHERE service = ?1", NULL));
    db_bind_text(&q, 1, service_id);
    if (db_next(&q))
        count = db_column_i64(&q, 0);
    TRY(db_done(&q, NULL));
    if (count >= SERVICE_ROOMS_MAX)
        return RC_LIMITED;
    TRY(db_query(tx_chat(tx), &q, "INSERT OR IGNORE INTO service_room(service, network, room) VALUES(?1, ?2, ?3)",
                 NULL));
    db_bind_text(&q, 1, service_id);
    db_bind_text(&q, 2, network);
    db_bind_i64(&q, 3, (int64_t)room_nid);
    return db_run(&q, NULL);
}

enum rc service_rooms_set(struct tx *tx, str service_id, str network, uint64_t room_nid, bool listed)
{
    struct db_query q;
    if (listed)
        return add(tx, service_id, network, room_nid);
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM service_room WHERE service = ?1 AND network = ?2 AND room = ?3", NULL));
    db_bind_text(&q, 1, service_id);
    db_bind_text(&q, 2, network);
    db_bind_i64(&q, 3, (int64_t)room_nid);
    return db_run(&q, NULL);
}

enum rc service_rooms_list(struct tx *tx, str service_id, str network, uint64_t **ret_nids, size_t *ret_count)
{
    static const char of_one[] = "SELECT room FROM service_room WHERE service = ?1 AND network = ?2";
    static const char of_all[] = "SELECT DISTINCT room FROM service_room WHERE service = ?1";
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, network.ptr ? of_one : of_all, NULL));
    db_bind_text(&q, 1, service_id);
    if (network.ptr)
        db_bind_text(&q, 2, network);
    return room_nids_read(tx, &q, ret_nids, ret_count);
}
