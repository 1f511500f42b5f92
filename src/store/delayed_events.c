/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/delayed_events.h"

#include "crypto/crypto.h"
#include "store/gate.h"
#include "store/seal.h"
#include "json/json.h"

#define COLUMNS "nid, user, room, delay_ms, since_ms, due_ms, done_ms, outcome, by_action, sealed"

/* ---- what is sealed ---- */

static str seal_context(struct tx *tx, uint64_t nid)
{
    return arena_printf(tx->arena, "delayed:%llu", (unsigned long long)nid);
}

static void add_text(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, str text)
{
    if (text.ptr)
        json_set_str(doc, object, key, text);
}

static str packed(struct tx *tx, const struct delayed_event *event)
{
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    add_text(doc, object, "id", event->id);
    add_text(doc, object, "type", event->type);
    add_text(doc, object, "state_key", event->state_key);
    add_text(doc, object, "content", event->content);
    add_text(doc, object, "event_id", event->event_id);
    add_text(doc, object, "error", event->error);
    return json_mut_text(tx->arena, object);
}

static str unpacked(yyjson_val *object, const char *key)
{
    yyjson_val *value = yyjson_obj_get(object, key);
    return value ? json_str_of(value) : STR_NONE;
}

static enum rc unpack(struct tx *tx, str sealed, struct delayed_event *event)
{
    const struct personal *value;
    str plain;
    yyjson_val *object;
    TRY(seal_open(tx, event->user_nid, seal_context(tx, event->nid), sealed, &value));
    TRY(gate_release_declared(tx, event->user_nid, FIELD_DELAYED_EVENT, value, &plain));
    if (json_parse_object(tx->arena, plain, false, &object, NULL) != RC_OK)
        return RC_CRYPTO;
    event->id = unpacked(object, "id");
    event->type = unpacked(object, "type");
    event->state_key = unpacked(object, "state_key");
    event->content = unpacked(object, "content");
    event->event_id = unpacked(object, "event_id");
    event->error = unpacked(object, "error");
    return RC_OK;
}

/* The numbers of a row; what is sealed is opened when the query has ended. */
static void read_numbers(struct tx *tx, const struct db_query *q, struct delayed_event *event, str *ret_sealed)
{
    *event = (struct delayed_event){.nid = (uint64_t)db_column_i64(q, 0),
                                    .user_nid = (uint64_t)db_column_i64(q, 1),
                                    .room_nid = (uint64_t)db_column_i64(q, 2),
                                    .delay_ms = db_column_i64(q, 3),
                                    .since_ms = db_column_i64(q, 4),
                                    .due_ms = db_column_i64(q, 5),
                                    .done_ms = db_column_i64(q, 6),
                                    .outcome = (enum delayed_outcome)db_column_i64(q, 7),
                                    .by_action = db_column_i64(q, 8) != 0};
    *ret_sealed = arena_dup(tx->arena, db_column_str(q, 9));
}

static enum rc read_one(struct tx *tx, struct db_query *q, struct delayed_event *ret_event)
{
    str sealed;
    bool found = db_next(q);
    if (found)
        read_numbers(tx, q, ret_event, &sealed);
    TRY(db_done(q, NULL));
    return found ? unpack(tx, sealed, ret_event) : RC_NOT_FOUND;
}

/* ---- scheduling ---- */

/* As for events: a number instead of the device's words, for the path of the request. */
static int64_t txn_key(struct tx *tx, uint64_t device_nid, uint64_t room_nid, str type, str txn_id)
{
    str place = arena_printf(tx->arena, "%llu:%llu:%zu:", (unsigned long long)device_nid, (unsigned long long)room_nid,
                             type.len);
    int64_t key;
    memcpy(&key, seal_blind(tx, "delayed-txn", arena_concat(tx->arena, place, type, txn_id)).ptr, sizeof key);
    return key;
}

static enum rc next_nid(struct tx *tx, uint64_t *ret_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT coalesce(max(nid), 0) + 1 FROM delayed_event", NULL));
    *ret_nid = db_next(&q) ? (uint64_t)db_column_i64(&q, 0) : 1;
    return db_done(&q, NULL);
}

enum rc delayed_add(struct tx *tx, uint64_t device_nid, str txn_id, struct delayed_event *event)
{
    str sealed;
    TRY(next_nid(tx, &event->nid));
    event->id = crypto_random_name(tx->env, tx->arena, DELAYED_ID_LEN);
    event->since_ms = env_now_ms(tx->env);
    event->due_ms = event->since_ms + event->delay_ms;
    TRY(seal_for(tx, event->user_nid, seal_context(tx, event->nid), packed(tx, event), &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "INSERT INTO delayed_event(nid, user, room, blind, device, txn, delay_ms, since_ms, due_ms, done_ms,"
                 " outcome, by_action, sealed) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, ?10)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)event->nid);
    db_bind_i64(&q, 2, (int64_t)event->user_nid);
    db_bind_i64(&q, 3, (int64_t)event->room_nid);
    db_bind_blob(&q, 4, seal_blind(tx, "delayed", event->id));
    db_bind_i64(&q, 5, (int64_t)device_nid);
    db_bind_i64(&q, 6, txn_key(tx, device_nid, event->room_nid, event->type, txn_id));
    db_bind_i64(&q, 7, event->delay_ms);
    db_bind_i64(&q, 8, event->since_ms);
    db_bind_i64(&q, 9, event->due_ms);
    db_bind_blob(&q, 10, sealed);
    return db_run(&q, NULL);
}

enum rc delayed_find_txn(struct tx *tx, uint64_t user_nid, uint64_t device_nid, uint64_t room_nid, str type, str txn_id,
                         str *ret_id)
{
    struct delayed_event event;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM delayed_event WHERE user = ?1 AND device = ?2 AND txn = ?3",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, (int64_t)device_nid);
    db_bind_i64(&q, 3, txn_key(tx, device_nid, room_nid, type, txn_id));
    TRY(read_one(tx, &q, &event));
    *ret_id = event.id;
    return RC_OK;
}

enum rc delayed_find(struct tx *tx, str id, struct delayed_event *ret_event)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM delayed_event WHERE blind = ?1", NULL));
    db_bind_blob(&q, 1, seal_blind(tx, "delayed", id));
    return read_one(tx, &q, ret_event);
}

enum rc delayed_get(struct tx *tx, uint64_t nid, struct delayed_event *ret_event)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT " COLUMNS " FROM delayed_event WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    return read_one(tx, &q, ret_event);
}

enum rc delayed_count(struct tx *tx, uint64_t user_nid, int64_t *ret_count, int64_t *ret_first_ms)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT count(*), min(due_ms) FROM delayed_event WHERE user = ?1 AND done_ms = 0",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    bool found = db_next(&q);
    *ret_count = found ? db_column_i64(&q, 0) : 0;
    *ret_first_ms = found ? db_column_i64(&q, 1) : 0;
    return db_done(&q, NULL);
}

/* ---- changes ---- */

enum rc delayed_restart(struct tx *tx, struct delayed_event *event)
{
    event->since_ms = env_now_ms(tx->env);
    event->due_ms = event->since_ms + event->delay_ms;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "UPDATE delayed_event SET since_ms = ?2, due_ms = ?3 WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)event->nid);
    db_bind_i64(&q, 2, event->since_ms);
    db_bind_i64(&q, 3, event->due_ms);
    return db_run(&q, NULL);
}

static enum rc drop_oldest(struct tx *tx, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "DELETE FROM delayed_event WHERE nid IN (SELECT nid FROM delayed_event WHERE user = ?1 AND done_ms > 0"
                 " ORDER BY done_ms DESC, nid DESC LIMIT -1 OFFSET ?2)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    db_bind_i64(&q, 2, DELAYED_FINALISED_MAX);
    return db_run(&q, NULL);
}

/* What was sent is in the room, and nowhere twice: there it may be redacted, or end with its room's retention. */
enum rc delayed_finalise(struct tx *tx, struct delayed_event *event)
{
    str sealed;
    int64_t now = env_now_ms(tx->env);
    event->done_ms = now > 0 ? now : 1;
    if (event->outcome == DELAYED_SENT)
        event->content = STR_NONE;
    TRY(seal_for(tx, event->user_nid, seal_context(tx, event->nid), packed(tx, event), &sealed));
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "UPDATE delayed_event SET done_ms = ?2, outcome = ?3, by_action = ?4, sealed = ?5 WHERE nid = ?1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)event->nid);
    db_bind_i64(&q, 2, event->done_ms);
    db_bind_i64(&q, 3, event->outcome);
    db_bind_i64(&q, 4, event->by_action);
    db_bind_blob(&q, 5, sealed);
    TRY(db_run(&q, NULL));
    return drop_oldest(tx, event->user_nid);
}

enum rc delayed_remove(struct tx *tx, uint64_t nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM delayed_event WHERE nid = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)nid);
    return db_run(&q, NULL);
}

enum rc delayed_drop_all(struct tx *tx, uint64_t user_nid)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM delayed_event WHERE user = ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)user_nid);
    TRY(db_run(&q, NULL));
    if (db_changes(tx_chat(tx)))
        tx_empty_logs(tx);
    return RC_OK;
}

/* ---- what is due ---- */

enum rc delayed_due(struct tx *tx, size_t limit, uint64_t **ret_nids, size_t *ret_count, int64_t *ret_next_ms)
{
    uint64_t *nids = arena_array(tx->arena, uint64_t, limit + 1);
    size_t count = 0;
    int64_t now = env_now_ms(tx->env);
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT nid, due_ms FROM delayed_event WHERE done_ms = 0 ORDER BY due_ms, nid LIMIT ?1", NULL));
    db_bind_i64(&q, 1, (int64_t)limit + 1);
    *ret_next_ms = INT64_MAX;
    while (db_next(&q)) {
        if (count == limit || db_column_i64(&q, 1) > now) {
            *ret_next_ms = db_column_i64(&q, 1);
            break;
        }
        nids[count++] = (uint64_t)db_column_i64(&q, 0);
    }
    *ret_nids = nids;
    *ret_count = count;
    return db_done(&q, NULL);
}

enum rc delayed_clock_set_back(struct tx *tx)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "UPDATE delayed_event SET since_ms = ?1, due_ms = ?1 + delay_ms WHERE done_ms = 0 AND since_ms > ?1",
                 NULL));
    db_bind_i64(&q, 1, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

/* ---- lists ---- */

int64_t delayed_order_ms(const struct delayed_event *event, enum delayed_order order)
{
    if (order == DELAYED_BY_SINCE)
        return event->since_ms;
    return order == DELAYED_BY_DONE && event->done_ms ? event->done_ms : event->due_ms;
}

#define LIST(value, after, direction)                                                                                  \
    "SELECT " COLUMNS " FROM delayed_event WHERE user = ?1 AND (" value ", nid) " after " (?2, ?3)"                    \
    " AND (?4 = -1 OR (done_ms = 0) = ?4) AND (?5 = -1 OR (done_ms > 0 AND outcome = ?5))"                             \
    " AND (?6 = -1 OR (done_ms > 0 AND by_action = ?6)) AND (?7 = 0 OR room = ?7)"                                     \
    " ORDER BY " value " " direction ", nid " direction
#define DONE "(CASE WHEN done_ms > 0 THEN done_ms ELSE due_ms END)"

/* By order and direction. A person has no more than a bounded number of them. */
static const char *const lists[][2] = {
    [DELAYED_BY_DUE] = {LIST("due_ms", ">", "ASC"), LIST("due_ms", "<", "DESC")},
    [DELAYED_BY_DONE] = {LIST(DONE, ">", "ASC"), LIST(DONE, "<", "DESC")},
    [DELAYED_BY_SINCE] = {LIST("since_ms", ">", "ASC"), LIST("since_ms", "<", "DESC")},
};

enum rc delayed_list(struct tx *tx, const struct delayed_question *question, size_t limit,
                     struct delayed_event **ret_events, size_t *ret_count, bool *ret_more)
{
    struct delayed_event *events = arena_array(tx->arena, struct delayed_event, limit + 1);
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, lists[question->order][question->backwards], NULL));
    db_bind_i64(&q, 1, (int64_t)question->user_nid);
    db_bind_i64(&q, 2, question->from_ms);
    db_bind_i64(&q, 3, question->from_nid);
    db_bind_i64(&q, 4, question->scheduled);
    db_bind_i64(&q, 5, question->outcome);
    db_bind_i64(&q, 6, question->by_action);
    db_bind_i64(&q, 7, (int64_t)question->room_nid);
    enum rc rc = RC_OK;
    while (rc == RC_OK && count <= limit && db_next(&q)) {
        str sealed;
        read_numbers(tx, &q, &events[count], &sealed);
        rc = unpack(tx, sealed, &events[count]);
        count += rc == RC_OK && (!question->type.len || str_eq(question->type, events[count].type));
    }
    enum rc ended = db_done(&q, NULL);
    *ret_more = count > limit;
    *ret_events = events;
    *ret_count = count < limit ? count : limit;
    return rc == RC_OK ? ended : rc;
}
