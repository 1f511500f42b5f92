/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/account_data.h"
#include "store/events.h"
#include "store/push_people.h"
#include "store/push_queue_private.h"
#include "store/store_private.h"

static int64_t whose_of(uint64_t room_nid)
{
    return -(int64_t)room_nid;
}

static uint64_t room_of(int64_t whose)
{
    return (uint64_t)-whose;
}

/* ---- adding ---- */

enum rc push_queue_add_crowd(struct tx *tx, const struct push_due *due)
{
    TRY(push_queue_insert(tx, whose_of(due->room_nid), due));
    TRY(push_queue_drop_surplus(tx, whose_of(due->room_nid)));
    tx_notify_user(tx, 0, NOTICE_PUSH, due->room_nid);
    return RC_OK;
}

enum rc push_queue_in_crowd(struct tx *tx, uint64_t user_nid, bool *ret_in_crowd)
{
    bool rules, ignores;
    TRY(account_data_has(tx, user_nid, 0, S("m.push_rules"), &rules));
    TRY(account_data_has(tx, user_nid, 0, S("m.ignored_user_list"), &ignores));
    *ret_in_crowd = !rules && !ignores;
    return RC_OK;
}

/* ---- finding ---- */

/* How far all of the user's pushers have been told; beyond everything when there is none. */
static enum rc least_told(struct tx *tx, uint64_t user_nid, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT coalesce(min(sent_pos), 9223372036854775807) FROM pusher WHERE user = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    *ret_pos = db_next(&q) ? db_column_i64(&q, 0) : INT64_MAX;
    return db_done(&q, NULL);
}

/* The next room from this one on, downwards, whose crowd has rows; 0: there is none. */
static enum rc next_crowd(struct tx *tx, uint64_t room_nid, uint64_t *ret_room_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT min(user) FROM push_due WHERE user >= ?1 AND user < 0", NULL));
    db_bind_i64(&q, 1, whose_of(room_nid));
    *ret_room_nid = db_next(&q) ? room_of(db_column_i64(&q, 0)) : 0;
    return db_done(&q, NULL);
}

enum rc push_queue_crowds(struct tx *tx, uint64_t **ret_room_nids, size_t *ret_count)
{
    VEC(uint64_t) rooms = {0};
    uint64_t room_nid = INT64_MAX;
    enum rc rc;
    while ((rc = next_crowd(tx, room_nid, &room_nid)) == RC_OK && room_nid) {
        vec_push(&rooms, room_nid);
        room_nid--;
    }
    *ret_room_nids = arena_array(tx->arena, uint64_t, rooms.count);
    *ret_count = rooms.count;
    if (rooms.count)
        memcpy(*ret_room_nids, rooms.items, rooms.count * sizeof *rooms.items);
    vec_fini(&rooms);
    return rc;
}

static enum rc rows_of(struct tx *tx, uint64_t user_nid, uint64_t room_nid, int64_t after_pos, struct push_dues *dues)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT d.pos, d.flags, d.added_ms FROM push_due d JOIN event e ON e.pos = d.pos"
                 " WHERE d.user = ?1 AND d.pos > ?2 AND e.sender <> ?3",
                 NULL));
    db_bind_i64(&q, 1, whose_of(room_nid));
    db_bind_i64(&q, 2, after_pos);
    db_bind_i64(&q, 3, (int64_t)user_nid);
    while (db_next(&q))
        vec_push(dues, ((struct push_due){.user_nid = user_nid,
                                          .room_nid = room_nid,
                                          .pos = db_column_i64(&q, 0),
                                          .flags = (uint32_t)db_column_i64(&q, 1),
                                          .added_ms = db_column_i64(&q, 2)}));
    return db_done(&q, NULL);
}

static enum rc was_there(struct tx *tx, const struct user *user, const struct push_due *due, bool *ret_there)
{
    const struct room *room;
    const struct event *member;
    *ret_there = false;
    enum rc rc = rooms_get(tx, due->room_nid, &room);
    if (rc == RC_OK)
        rc = events_state_at(tx, room, S("m.room.member"), user->user_id, due->pos, &member);
    *ret_there = rc == RC_OK && member->membership == MEMBERSHIP_JOIN;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Out with what was said before they came. Most have been there all along, which their place in the room says. */
static enum rc keep_what_they_were_there_for(struct tx *tx, const struct user *user, const struct user_room *place,
                                             struct push_dues *dues, size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < dues->count; i++) {
        bool there = dues->items[i].pos > place->pos;
        if (!there)
            TRY(was_there(tx, user, &dues->items[i], &there));
        if (there)
            dues->items[kept++] = dues->items[i];
    }
    dues->count = kept;
    return RC_OK;
}

static enum rc list_of_crowd(struct tx *tx, const struct user *user, int64_t after_pos, struct push_dues *dues)
{
    uint64_t crowd;
    /* Both go by the room's number, downwards: whichever are fewer are stepped through. */
    for (size_t i = user->rooms->count; i-- > 0;) {
        const struct user_room *place = &user->rooms->rooms[i];
        if (place->membership != MEMBERSHIP_JOIN)
            continue;
        TRY(next_crowd(tx, place->room_nid, &crowd));
        if (!crowd)
            return RC_OK;
        if (crowd == place->room_nid) {
            size_t from = dues->count;
            TRY(rows_of(tx, user->nid, crowd, after_pos, dues));
            TRY(keep_what_they_were_there_for(tx, user, place, dues, from));
        }
        while (crowd < place->room_nid && i > 0 && user->rooms->rooms[i - 1].room_nid > crowd)
            i--;
    }
    return RC_OK;
}

enum rc push_crowd_list(struct tx *tx, uint64_t user_nid, int64_t after_pos, struct push_dues *dues)
{
    const struct user *user;
    uint64_t any;
    int64_t told_pos;
    bool in_crowd;
    TRY(next_crowd(tx, INT64_MAX, &any));
    if (!any)
        return RC_OK;
    TRY(least_told(tx, user_nid, &told_pos));
    TRY(push_queue_in_crowd(tx, user_nid, &in_crowd));
    if (!in_crowd || told_pos == INT64_MAX)
        return RC_OK;
    TRY(users_get(tx, user_nid, &user));
    return list_of_crowd(tx, user, after_pos > told_pos ? after_pos : told_pos, dues);
}

/* ---- going one's own way ---- */

enum rc push_queue_leave_crowd(struct tx *tx, uint64_t user_nid)
{
    struct push_due *due;
    size_t count;
    bool in_crowd;
    TRY(push_queue_in_crowd(tx, user_nid, &in_crowd));
    if (!in_crowd)
        return RC_OK;
    TRY(push_queue_list(tx, user_nid, 0, &due, &count));
    for (size_t i = 0; i < count; i++)
        TRY(push_queue_insert(tx, (int64_t)user_nid, &due[i]));
    return RC_OK;
}
