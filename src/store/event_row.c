/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/event_row.h"

#include "room/event_id.h"
#include "store/data_keys.h"
#include "store/gate.h"
#include "store/seal.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROW_STATE = 1,
    ROW_REDACTED = 2,
    ROW_NOTIFIES = 4,
    ROW_GONE = 8,
    ROW_FOR_TARGET = EVENT_ROW_FOR_TARGET,
    ROW_KIND_SHIFT = 8,
};

/* What an erased person's event still says of itself. A number is a stored format: only add at the end. */
static const str kinds[] = {
    STR_INIT("org.parley.erased"), STR_INIT("m.room.message"), STR_INIT("m.room.encrypted"),
    STR_INIT("m.reaction"),        STR_INIT("m.sticker"),      STR_INIT("m.room.redaction"),
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static int64_t kind_of(str type)
{
    for (int i = 1; i < KIND_COUNT; i++)
        if (str_eq(kinds[i], type))
            return i;
    return 0;
}

enum { CONTEXT_SIZE = 40 };

static str context_of(char buffer[CONTEXT_SIZE], const char *what, int64_t pos)
{
    int len = snprintf(buffer, CONTEXT_SIZE, "%s:%lld", what, (long long)pos);
    return (str){buffer, (size_t)len};
}

str event_skey(struct tx *tx, str type, str state_key)
{
    /* The length says where the type ends and the state key begins. */
    str joined = arena_printf(tx->arena, "%zu:", type.len);
    return seal_blind(tx, "state", arena_concat(tx->arena, joined, type, state_key));
}

enum rc event_id_bytes(struct tx *tx, const struct room *room, str event_id, str *ret_bytes)
{
    return event_id_to_hash(room->version, event_id, store_server_name(tx->store), tx->arena, ret_bytes);
}

str event_id_text(struct tx *tx, const struct room *room, str bytes)
{
    return event_id_of_hash(room->version, bytes, store_server_name(tx->store), tx->arena);
}

int64_t event_id8(str bytes)
{
    int64_t id8 = 0;
    /* A file that was tampered with may hold less. */
    if (bytes.len)
        memcpy(&id8, bytes.ptr, bytes.len < sizeof id8 ? bytes.len : sizeof id8);
    return id8;
}

/* A number instead of the device's words, meaningless without the operator's key. Lengths keep the parts apart. */
int64_t event_txn_key(struct tx *tx, const struct room *room, const struct txn_place *place, str txn_id)
{
    str what = place->redacts.len ? place->redacts : place->type;
    str prefix = arena_printf(tx->arena, "%llu:%llu:%c%zu:", (unsigned long long)place->device_nid,
                              (unsigned long long)room->nid, place->redacts.len ? 'r' : 's', what.len);
    return event_id8(seal_blind(tx, "txn", arena_concat(tx->arena, prefix, what, txn_id)));
}

enum rc event_keys_of(struct tx *tx, const struct room *room, const struct event *event, struct event_keys *ret_keys)
{
    const struct event_origin *origin = event->origin;
    *ret_keys = (struct event_keys){0};
    TRY(event_id_bytes(tx, room, event->event_id, &ret_keys->id));
    if (event->is_state)
        ret_keys->skey = event_skey(tx, event->type, event->state_key);
    if (origin) {
        struct txn_place place = {origin->device_nid, event->type, event->redacts};
        ret_keys->txn = event_txn_key(tx, room, &place, (str){origin->txn_id, origin->txn_len});
    }
    return RC_OK;
}

static void event_let_go(void *arg)
{
    const struct event *event = arg;
    event_unref(&event);
}

void events_hold(struct tx *tx, const struct event *event)
{
    arena_on_reset(tx->arena, event_let_go, (void *)event);
}

/* ---- Sealing: device number, length of the transaction id, transaction id, pdu ---- */

enum { FRAME_HEAD = 8 + 2 };

static str frame(struct arena *arena, const struct event *event)
{
    const struct event_origin *origin = event->origin;
    uint16_t txn_len = origin ? (uint16_t)origin->txn_len : 0;
    uint64_t device = origin ? origin->device_nid : 0;
    size_t len = FRAME_HEAD + txn_len + event->pdu.len;
    char *bytes = arena_alloc_raw(arena, len);
    memcpy(bytes, &device, 8);
    memcpy(bytes + 8, &txn_len, 2);
    if (txn_len)
        memcpy(bytes + FRAME_HEAD, origin->txn_id, txn_len);
    memcpy(bytes + FRAME_HEAD + txn_len, event->pdu.ptr, event->pdu.len);
    return (str){bytes, len};
}

static enum rc unframe(str bytes, str *ret_pdu, struct event_origin **ret_origin)
{
    uint64_t device;
    uint16_t txn_len;
    if (bytes.len < FRAME_HEAD)
        return RC_CRYPTO;
    memcpy(&device, bytes.ptr, 8);
    memcpy(&txn_len, bytes.ptr + 8, 2);
    if (bytes.len < FRAME_HEAD + (size_t)txn_len)
        return RC_CRYPTO;
    *ret_pdu = str_skip(bytes, FRAME_HEAD + txn_len);
    *ret_origin = NULL;
    if (!txn_len)
        return RC_OK;
    struct event_origin *origin = xmalloc(sizeof *origin + txn_len);
    origin->device_nid = device;
    origin->txn_len = txn_len;
    memcpy(origin->txn_id, bytes.ptr + FRAME_HEAD, txn_len);
    *ret_origin = origin;
    return RC_OK;
}

static uint64_t key_of(uint64_t sender, uint64_t target, bool for_target)
{
    return for_target ? target : sender;
}

static enum rc sealed_of(struct tx *tx, const struct event *event, str *ret_sealed)
{
    char context[CONTEXT_SIZE];
    return seal_for(tx, key_of(event->sender_nid, event->target_nid, event->for_target),
                    context_of(context, "event", event->pos), frame(tx->arena, event), ret_sealed);
}

/* What a row says in clear, in the form of a redacted event. A room's depth never exceeds the stream's position. */
static str shape_of(struct tx *tx, const struct room *room, int64_t pos, int64_t ts, uint64_t sender, str type,
                    str state_key)
{
    return arena_printf(tx->arena,
                        "{\"auth_events\":[],\"content\":{},\"depth\":%lld,\"hashes\":{\"sha256\":\"\"},"
                        "\"origin_server_ts\":%lld,\"prev_events\":[],\"room_id\":\"%.*s\","
                        "\"sender\":\"@erased-%llu:%.*s\",%.*s\"type\":\"%.*s\"}",
                        (long long)pos, (long long)ts, STR_ARG(room->room_id), (unsigned long long)sender,
                        STR_ARG(store_server_name(tx->store)), STR_ARG(state_key), STR_ARG(type));
}

/* Under the server's own key, for when the sender is erased: of the specification's types the redacted form, since a
 * room must keep its rules. Other types and their state keys are words somebody chose, and no rule asks for them: what
 * is kept of such a state event is its place. */
static enum rc kept_of(struct tx *tx, const struct room *room, const struct event *event, str *ret_kept)
{
    *ret_kept = STR_NONE;
    if (!event->is_state)
        return RC_OK;
    char context[CONTEXT_SIZE];
    str place = context_of(context, "kept", event->pos);
    if (!str_starts(event->type, S("m."))) {
        str key = arena_printf(tx->arena, "\"state_key\":\"%lld\",", (long long)event->pos);
        str shape = shape_of(tx, room, event->pos, event->origin_server_ts, event->sender_nid, kinds[0], key);
        return seal_for(tx, 0, place, shape, ret_kept);
    }
    struct event *redacted;
    TRY(event_redact(room->version, event, &redacted));
    enum rc rc = seal_for(tx, 0, place, redacted->pdu, ret_kept);
    const struct event *done = redacted;
    event_unref(&done);
    return rc;
}

static int64_t flags_of(const struct event *event)
{
    return (event->is_state ? ROW_STATE : 0) | (event->redacted ? ROW_REDACTED : 0)
           | (event->notifies ? ROW_NOTIFIES : 0) | (event->for_target ? ROW_FOR_TARGET : 0)
           | kind_of(event->type) << ROW_KIND_SHIFT;
}

enum rc event_row_add(struct tx *tx, const struct room *room, const struct event *event, const struct event_keys *keys,
                      int64_t notify_total)
{
    str sealed, kept;
    TRY(sealed_of(tx, event, &sealed));
    TRY(kept_of(tx, room, event, &kept));
    struct db_query q;
    TRY(db_query(
        tx_chat(tx), &q,
        "INSERT INTO event(pos, room, sender, target, flags, ts, notify_total, id, device, txn, skey, sealed, kept)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        NULL));
    db_bind_i64(&q, 1, event->pos);
    db_bind_i64(&q, 2, (int64_t)event->room_nid);
    db_bind_i64(&q, 3, (int64_t)event->sender_nid);
    db_bind_i64(&q, 4, (int64_t)event->target_nid);
    db_bind_i64(&q, 5, flags_of(event));
    db_bind_i64(&q, 6, event_taken_ms(event));
    db_bind_i64(&q, 7, notify_total);
    db_bind_blob(&q, 8, keys->id);
    db_bind_i64(&q, 9, event->origin ? (int64_t)event->origin->device_nid : 0);
    db_bind_i64(&q, 10, keys->txn);
    db_bind_blob(&q, 11, keys->skey);
    db_bind_blob(&q, 12, sealed);
    db_bind_blob(&q, 13, kept);
    return db_run(&q, NULL);
}

enum rc event_row_redact(struct tx *tx, const struct event *redacted)
{
    str sealed;
    TRY(sealed_of(tx, redacted, &sealed));
    struct db_query q;
    /* `kept` is the redacted form already. */
    TRY(db_query(tx_chat(tx), &q, "UPDATE event SET sealed = ?2, flags = flags | ?3 WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, redacted->pos);
    db_bind_blob(&q, 2, sealed);
    db_bind_i64(&q, 3, ROW_REDACTED);
    return db_run(&q, NULL);
}

enum rc event_row_bury(struct tx *tx, int64_t pos)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "UPDATE event SET sender = 0, target = 0, device = 0, txn = 0, flags = (flags & ?2) | ?3,"
                 " sealed = x'', kept = NULL WHERE pos = ?1",
                 NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, ROW_NOTIFIES);
    db_bind_i64(&q, 3, ROW_GONE);
    return db_run(&q, NULL);
}

bool event_row_is_message(int64_t flags)
{
    return flags >> ROW_KIND_SHIFT == kind_of(S("m.room.message"));
}

bool event_row_is_gone(int64_t flags)
{
    return flags & ROW_GONE;
}

/* ---- Opening ---- */

struct row {
    int64_t pos, flags, ts;
    uint64_t sender, target;
    str id; /* text */
    str sealed, kept;
};

static enum rc open_whole(struct tx *tx, const struct room *room, const struct row *row, struct event **ret_event)
{
    char context[CONTEXT_SIZE];
    const struct personal *sealed;
    str plain, pdu;
    struct event_origin *origin;
    uint64_t whose = key_of(row->sender, row->target, row->flags & ROW_FOR_TARGET);
    TRY(seal_open(tx, whose, context_of(context, "event", row->pos), row->sealed, &sealed));
    TRY(gate_release_declared(tx, whose, FIELD_EVENT, sealed, &plain));
    TRY(unframe(plain, &pdu, &origin));
    enum rc rc = event_from_stored(room->version, pdu, row->id, ret_event);
    if (rc == RC_OK)
        (*ret_event)->origin = origin;
    else
        free(origin);
    return rc;
}

static enum rc open_kept(struct tx *tx, const struct room *room, const struct row *row, struct event **ret_event)
{
    char context[CONTEXT_SIZE];
    const struct personal *kept;
    str pdu;
    TRY(seal_open(tx, 0, context_of(context, "kept", row->pos), row->kept, &kept));
    TRY(gate_release_declared(tx, row->sender, FIELD_EVENT, kept, &pdu));
    return event_from_stored(room->version, pdu, row->id, ret_event);
}

/* Nothing of it can be read any more. */
static enum rc open_shape(struct tx *tx, const struct room *room, const struct row *row, struct event **ret_event)
{
    str type = kinds[row->flags >> ROW_KIND_SHIFT < KIND_COUNT ? row->flags >> ROW_KIND_SHIFT : 0];
    str pdu = shape_of(tx, room, row->pos, row->ts, row->sender, type, S(""));
    return event_from_stored(room->version, pdu, row->id, ret_event);
}

/* RC_NOT_FOUND: of the sender, or of whom the event is about: an invitation holds the invited one's name and picture,
 * under the key of who sent it (obligation 4.3). */
static enum rc open_unless_erased(struct tx *tx, const struct room *room, const struct row *row,
                                  struct event **ret_event)
{
    if (row->kept.ptr && row->target && row->target != row->sender) {
        const struct data_key *held;
        TRY(data_key_get(tx, row->target, &held));
        data_key_unref(&held);
    }
    return open_whole(tx, room, row, ret_event);
}

enum rc event_row_open(struct tx *tx, const struct room *room, const struct db_query *q, const struct event **ret_event)
{
    struct row row = {
        .pos = db_column_i64(q, 0),
        .sender = (uint64_t)db_column_i64(q, 1),
        .target = (uint64_t)db_column_i64(q, 2),
        .flags = db_column_i64(q, 3),
        .ts = db_column_i64(q, 4),
        .id = event_id_text(tx, room, db_column_str(q, 5)),
        .sealed = db_column_str(q, 6),
        .kept = db_column_str(q, 7),
    };
    struct event *event = NULL;
    bool gone = event_row_is_gone(row.flags);
    enum rc rc = gone ? RC_NOT_FOUND : open_unless_erased(tx, room, &row, &event);
    bool erased = rc == RC_NOT_FOUND;
    if (erased)
        rc = row.kept.ptr ? open_kept(tx, room, &row, &event) : open_shape(tx, room, &row, &event);
    TRY(rc);
    event->pos = row.pos;
    event->taken_ms = row.ts;
    event->room_nid = room->nid;
    event->sender_nid = row.sender;
    event->target_nid = row.target;
    event->for_target = row.flags & ROW_FOR_TARGET;
    event->redacted = erased || (row.flags & ROW_REDACTED);
    event->notifies = row.flags & ROW_NOTIFIES;
    event->gone = gone;
    *ret_event = event;
    return RC_OK;
}

enum rc event_row_read(struct tx *tx, const struct room *room, int64_t pos, const struct event **ret_event,
                       int64_t *ret_notify_total)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT " EVENT_COLUMNS " FROM event e WHERE e.pos = ?1 AND e.room = ?2", NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, (int64_t)room->nid);
    enum rc rc = RC_NOT_FOUND;
    if (db_next(&q)) {
        rc = event_row_open(tx, room, &q, ret_event);
        if (ret_notify_total)
            *ret_notify_total = db_column_i64(&q, 8);
    }
    enum rc ended = db_done(&q, NULL);
    return ended == RC_OK ? rc : ended;
}

str event_txn_id(const struct event *event, uint64_t device_nid)
{
    const struct event_origin *origin = event->origin;
    return origin && origin->device_nid == device_nid ? (str){origin->txn_id, origin->txn_len} : STR_NONE;
}
