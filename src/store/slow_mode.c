/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/slow_mode.h"

static bool is_held_up(const struct room *room, str user_id)
{
    return room_state_slow_mode_ms(room->state) > 0
           && room_state_power_of(room->state, user_id) < room_state_power(room->state)->redact;
}

static bool is_message(const struct event *event)
{
    if (event->is_state || event->relation == REL_REPLACE || event->relation == REL_ANNOTATION)
        return false;
    static const str others[] = {STR_INIT("m.room.redaction"), STR_INIT("m.reaction"), STR_INIT("m.poll.response"),
                                 STR_INIT("org.matrix.msc3381.poll.response")};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (str_eq(event->type, others[i]))
            return false;
    return !str_starts(event->type, S("m.call.")) && !str_starts(event->type, S("m.key.verification."));
}

static enum rc last_written(struct tx *tx, uint64_t room_nid, uint64_t user_nid, int64_t *ret_ms)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT ts FROM slow_mode WHERE room = ?1 AND user = ?2", NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    *ret_ms = db_next(&q) ? db_column_i64(&q, 0) : INT64_MIN;
    return db_done(&q, NULL);
}

static enum rc note_written(struct tx *tx, uint64_t room_nid, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "INSERT OR REPLACE INTO slow_mode(room, user, ts) VALUES(?1, ?2, ?3)", NULL));
    db_bind_i64(&q, 1, (int64_t)room_nid);
    db_bind_i64(&q, 2, (int64_t)user_nid);
    db_bind_i64(&q, 3, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc slow_mode_wait(struct tx *tx, const struct room *room, uint64_t user_nid, str user_id, int64_t *ret_wait_ms)
{
    *ret_wait_ms = 0;
    if (!is_held_up(room, user_id))
        return RC_OK;
    int64_t written, now = env_now_ms(tx->env);
    TRY(last_written(tx, room->nid, user_nid, &written));
    if (written > now) /* the clock was set back: nobody waits for longer than the interval */
        written = now;
    if (written != INT64_MIN && now - written < room_state_slow_mode_ms(room->state))
        *ret_wait_ms = room_state_slow_mode_ms(room->state) - (now - written);
    return RC_OK;
}

enum rc slow_mode_take(struct tx *tx, const struct room *room, const struct event *event, uint64_t sender_nid)
{
    if (!is_held_up(room, event->sender) || !is_message(event))
        return RC_OK;
    int64_t wait_ms;
    TRY(slow_mode_wait(tx, room, sender_nid, event->sender, &wait_ms));
    return wait_ms > 0 ? RC_LIMITED : note_written(tx, room->nid, sender_nid);
}
