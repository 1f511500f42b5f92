/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/own.h"

#include "base/vec.h"
#include "store/aliases.h"
#include "store/event_row.h"
#include "store/filters.h"
#include "store/gate.h"
#include "store/lifetimes.h"
#include "store/media.h"
#include "store/seal.h"

enum { STRETCH = 20000 };

typedef VEC(struct own_row) row_vec;

/* Columns: id, room, device, made, expires, number, sealed. */
static enum rc read_rows_of(struct tx *tx, struct db *db, const char *sql, uint64_t subject, struct own_rows *ret_rows)
{
    row_vec rows = {0};
    struct db_query q;
    TRY(db_query(db, &q, sql, NULL));
    db_bind_i64(&q, 1, (int64_t)subject);
    while (db_next(&q))
        vec_push(&rows, ((struct own_row){.id = arena_dup(tx->arena, db_column_str(&q, 0)),
                                          .room_nid = (uint64_t)db_column_i64(&q, 1),
                                          .device_nid = (uint64_t)db_column_i64(&q, 2),
                                          .made_ms = db_column_i64(&q, 3),
                                          .expires_ms = db_column_i64(&q, 4),
                                          .number = db_column_i64(&q, 5),
                                          .text = arena_dup(tx->arena, db_column_str(&q, 6))}));
    enum rc rc = db_done(&q, NULL);
    ret_rows->items = arena_array(tx->arena, struct own_row, rows.count + 1);
    ret_rows->count = rows.count;
    if (rows.count)
        memcpy(ret_rows->items, rows.items, rows.count * sizeof *rows.items);
    vec_fini(&rows);
    return rc;
}

static enum rc read_rows(struct tx *tx, const char *sql, uint64_t subject, struct own_rows *ret_rows)
{
    return read_rows_of(tx, tx_chat(tx), sql, subject, ret_rows);
}

/* Opens each row's text; `what` and the id (or room) name the place it was sealed for. */
static enum rc open_texts(struct tx *tx, uint64_t subject, enum personal_field field, const char *what, bool by_room,
                          struct own_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct own_row *row = &rows->items[i];
        str place = by_room ? arena_printf(tx->arena, "%s:%llu", what, (unsigned long long)row->room_nid)
                            : arena_printf(tx->arena, "%s:%.*s", what, STR_ARG(row->id));
        const struct personal *text;
        TRY(seal_open(tx, subject, place, row->text, &text));
        TRY(gate_release_declared(tx, subject, field, text, &row->text));
    }
    return RC_OK;
}

enum rc own_media(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx, "SELECT id, 0, 0, created, 0, size, NULL FROM media WHERE owner = ?1 ORDER BY created", subject,
                  ret_rows));
    for (size_t i = 0; i < ret_rows->count; i++) {
        struct media media;
        TRY(media_get(tx, ret_rows->items[i].id, &media));
        crypto_wipe(&media.key, sizeof media.key);
        ret_rows->items[i].text = media.type;
        ret_rows->items[i].name = media.name;
    }
    return RC_OK;
}

enum rc own_aliases(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx, "SELECT '', room, 0, 0, 0, 0, sealed FROM alias WHERE creator = ?1 ORDER BY pos", subject,
                  ret_rows));
    return open_texts(tx, subject, FIELD_ALIAS, "alias", true, ret_rows);
}

enum rc own_filters(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx, "SELECT CAST(number AS TEXT), 0, 0, 0, 0, 0, NULL FROM filter WHERE user = ?1 ORDER BY number",
                  subject, ret_rows));
    for (size_t i = 0; i < ret_rows->count; i++)
        TRY(filters_get(tx, subject, ret_rows->items[i].id, &ret_rows->items[i].text));
    return RC_OK;
}

enum rc own_reports(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx,
                  "SELECT CAST(pos AS TEXT), room, 0, ts, 0, kind, sealed FROM report WHERE reporter = ?1"
                  " ORDER BY pos",
                  subject, ret_rows));
    return open_texts(tx, subject, FIELD_REPORT, "report", false, ret_rows);
}

enum rc own_device_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx, "SELECT CAST(device AS TEXT), 0, device, 0, 0, 0, sealed FROM device_key WHERE user = ?1",
                  subject, ret_rows));
    return open_texts(tx, subject, FIELD_DEVICE_KEY, "device_key", false, ret_rows);
}

/* Sealed with their names before them. */
static void split_names(struct own_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        rows->items[i].text = str_split(rows->items[i].text, '\0', &rows->items[i].name);
}

enum rc own_one_time_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx,
                  "SELECT CAST(device AS TEXT), 0, device, 0, 0, 0, sealed FROM one_time_key WHERE user = ?1"
                  " AND sealed IS NOT NULL ORDER BY device, algorithm, seq",
                  subject, ret_rows));
    TRY(open_texts(tx, subject, FIELD_ONE_TIME_KEY, "one_time_key", false, ret_rows));
    split_names(ret_rows);
    return RC_OK;
}

enum rc own_fallback_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx, "SELECT CAST(device AS TEXT), 0, device, 0, 0, 0, sealed FROM fallback_key WHERE user = ?1",
                  subject, ret_rows));
    TRY(open_texts(tx, subject, FIELD_FALLBACK_KEY, "fallback_key", false, ret_rows));
    split_names(ret_rows);
    return RC_OK;
}

enum rc own_cross_signing_keys(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx,
                  "SELECT CAST(user AS TEXT) || ':' || CAST(usage AS TEXT), 0, 0, 0, 0, 0, sealed"
                  " FROM cross_signing_key WHERE user = ?1",
                  subject, ret_rows));
    TRY(open_texts(tx, subject, FIELD_CROSS_SIGNING_KEY, "cross_signing_key", false, ret_rows));
    split_names(ret_rows);
    return RC_OK;
}

enum rc own_key_signatures(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    TRY(read_rows(tx,
                  "SELECT CAST(target AS TEXT), 0, 0, 0, 0, target, sealed FROM key_signature WHERE signer = ?1"
                  " ORDER BY pos",
                  subject, ret_rows));
    TRY(open_texts(tx, subject, FIELD_KEY_SIGNATURE, "key_signature", false, ret_rows));
    split_names(ret_rows);
    for (size_t i = 0; i < ret_rows->count; i++)
        ret_rows->items[i].text = str_split(ret_rows->items[i].text, '\0', &ret_rows->items[i].id);
    return RC_OK;
}

enum rc own_invite_links(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    return read_rows(tx,
                     "SELECT id, room_nid, 0, created_ms, expires_ms, uses, NULL FROM invite_link WHERE maker_nid = ?1"
                     " ORDER BY created_ms",
                     subject, ret_rows);
}

enum rc own_third_party_invites(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    return read_rows_of(tx, tx_vault(tx),
                        "SELECT token, room, 0, created_ms, 0, 0, NULL FROM third_party_invite WHERE inviter = ?1"
                        " ORDER BY created_ms",
                        subject, ret_rows);
}

enum rc own_sessions(struct tx *tx, uint64_t subject, struct own_rows *ret_rows)
{
    return read_rows(tx,
                     "SELECT '', 0, device_nid, created_ms, expires_ms, 0, NULL FROM session WHERE user_nid = ?1"
                     " ORDER BY created_ms",
                     subject, ret_rows);
}

/* *ret_over: its lifetime is, and whoever wrote it is told no more of it than anybody. */
static enum rc open_event(struct tx *tx, const struct db_query *q, const struct event **ret_event, bool *ret_over)
{
    const struct room *room;
    TRY(rooms_get(tx, (uint64_t)db_column_i64(q, 9), &room));
    TRY(event_row_open(tx, room, q, ret_event));
    events_hold(tx, *ret_event);
    *ret_over = lifetime_is_over(lifetimes_alive_from(tx, room), *ret_event);
    return RC_OK;
}

enum rc own_events(struct tx *tx, uint64_t subject, int64_t from, size_t limit, const struct event ***ret_events,
                   size_t *ret_count, int64_t *ret_next)
{
    int64_t last = tx_pos(tx), until = from + STRETCH < last ? from + STRETCH : last;
    const struct event **events = arena_array(tx->arena, const struct event *, limit + 1);
    size_t count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS ", e.room FROM event e WHERE e.pos > ?1 AND e.pos <= ?2"
                 " AND (e.sender = ?3 OR (e.target = ?3 AND e.flags & ?5))"
                 " ORDER BY e.pos LIMIT ?4",
                 NULL));
    db_bind_i64(&q, 1, from);
    db_bind_i64(&q, 2, until);
    db_bind_i64(&q, 3, (int64_t)subject);
    db_bind_i64(&q, 4, (int64_t)limit);
    db_bind_i64(&q, 5, EVENT_ROW_FOR_TARGET);
    enum rc rc = RC_OK;
    size_t looked_at = 0;
    int64_t seen = until;
    while (rc == RC_OK && db_next(&q)) {
        bool over;
        seen = db_column_i64(&q, 0);
        looked_at++;
        rc = open_event(tx, &q, &events[count], &over);
        count += rc == RC_OK && !over;
    }
    enum rc ended = db_done(&q, NULL);
    TRY(rc);
    *ret_events = events;
    *ret_count = count;
    *ret_next = looked_at == limit ? seen : until < last ? until : 0;
    return ended;
}
