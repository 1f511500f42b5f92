/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_rows.h"

#include "search/query.h"
#include "store/gate.h"
#include "store/seal.h"

#include <stdio.h>

/* ---- sealing ---- */

enum { CONTEXT_SIZE = 48 };

static str context_of(char buffer[CONTEXT_SIZE], uint64_t room, int part)
{
    int len = snprintf(buffer, CONTEXT_SIZE, "search:%llu:%d", (unsigned long long)room, part);
    return (str){buffer, (size_t)len};
}

enum rc search_segment_open(struct tx *tx, const struct db_query *row, struct search_segment *ret_segment)
{
    char context[CONTEXT_SIZE];
    const struct personal *sealed;
    struct search_segment segment = {
        .id = db_column_i64(row, 0),
        .room = (uint64_t)db_column_i64(row, 1),
        .part = (int)db_column_i64(row, 2),
        .subject = (uint64_t)db_column_i64(row, 3),
        .first = db_column_i64(row, 4),
        .last = db_column_i64(row, 5),
        .texts = db_column_i64(row, 6),
    };
    str place = context_of(context, segment.room, segment.part);
    TRY(seal_open(tx, segment.subject, place, db_column_str(row, 7), &sealed));
    TRY(gate_release_declared(tx, segment.subject, FIELD_SEARCH, sealed, &segment.plain));
    *ret_segment = segment;
    return RC_OK;
}

enum rc search_segment_get(struct tx *tx, int64_t id, struct search_segment *ret_segment)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "SELECT " SEARCH_SEGMENT_COLUMNS " FROM segment WHERE id = ?1", NULL));
    db_bind_i64(&q, 1, id);
    enum rc rc = db_next(&q) ? search_segment_open(tx, &q, ret_segment) : RC_NOT_FOUND;
    enum rc ended = db_done(&q, NULL);
    return ended == RC_OK ? rc : ended;
}

static enum rc sealed_of(struct tx *tx, const struct search_segment *segment, str *ret_sealed)
{
    char context[CONTEXT_SIZE];
    return seal_for(tx, segment->subject, context_of(context, segment->room, segment->part), segment->plain,
                    ret_sealed);
}

enum rc search_segment_add(struct tx *tx, const struct search_segment *segment)
{
    str sealed;
    TRY(sealed_of(tx, segment, &sealed));
    struct db_query q;
    TRY(db_query(tx_search(tx), &q,
                 "INSERT INTO segment(room, part, subject, first, last, docs, sealed)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)segment->room);
    db_bind_i64(&q, 2, segment->part);
    db_bind_i64(&q, 3, (int64_t)segment->subject);
    db_bind_i64(&q, 4, segment->first);
    db_bind_i64(&q, 5, segment->last);
    db_bind_i64(&q, 6, segment->texts);
    db_bind_blob(&q, 7, sealed);
    return db_run(&q, NULL);
}

enum rc search_segment_replace(struct tx *tx, const struct search_segment *segment)
{
    str sealed;
    TRY(sealed_of(tx, segment, &sealed));
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "UPDATE segment SET docs = ?2, sealed = ?3 WHERE id = ?1", NULL));
    db_bind_i64(&q, 1, segment->id);
    db_bind_i64(&q, 2, segment->texts);
    db_bind_blob(&q, 3, sealed);
    return db_run(&q, NULL);
}

enum rc search_segment_remove(struct tx *tx, int64_t id)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "DELETE FROM segment WHERE id = ?1", NULL));
    db_bind_i64(&q, 1, id);
    return db_run(&q, NULL);
}

int search_part_of(str word)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++)
        hash = (hash ^ (unsigned char)word.ptr[i]) * 16777619u;
    return 1 + (int)((hash ^ hash >> 16) % SEARCH_PARTS);
}

/* ---- progress ---- */

enum rc search_progress(struct tx *tx, int64_t *ret_pos)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "SELECT pos FROM progress WHERE id = 1", NULL));
    *ret_pos = db_next(&q) ? db_column_i64(&q, 0) : 0;
    return db_done(&q, NULL);
}

enum rc search_progress_set(struct tx *tx, int64_t pos)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "UPDATE progress SET pos = ?1 WHERE id = 1", NULL));
    db_bind_i64(&q, 1, pos);
    return db_run(&q, NULL);
}

enum rc search_clear(struct tx *tx)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "DELETE FROM segment", NULL));
    TRY(db_run(&q, NULL));
    return search_progress_set(tx, 0);
}

/* ---- what an event says ---- */

/* The text/plain representation of a topic (spec m.room.topic, "m.topic"): the type is that when it is not said. */
static str plain_topic(yyjson_val *content)
{
    yyjson_val *texts = yyjson_obj_get(yyjson_obj_get(content, "m.topic"), "m.text"), *text;
    size_t i, count;
    yyjson_arr_foreach(texts, i, count, text)
    {
        str type = json_str_of(yyjson_obj_get(text, "mimetype"));
        if (!type.ptr || str_eq(type, S("text/plain")))
            return json_str_of(yyjson_obj_get(text, "body"));
    }
    return STR_NONE;
}

static bool key_of(const struct event *event, enum search_key *ret_key)
{
    static const struct {
        str type;
        bool is_state;
        enum search_key key;
    } kinds[] = {{STR_INIT("m.room.message"), false, SEARCH_BODY},
                 {STR_INIT("m.room.name"), true, SEARCH_NAME},
                 {STR_INIT("m.room.topic"), true, SEARCH_TOPIC}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (event->is_state == kinds[i].is_state && str_eq(event->type, kinds[i].type)) {
            *ret_key = kinds[i].key;
            return true;
        }
    return false;
}

bool search_may_say(const struct event *event)
{
    enum search_key key;
    return key_of(event, &key);
}

bool search_text_of(struct arena *arena, const struct event *event, struct search_text *ret_text)
{
    static const char *const members[SEARCH_KEY_COUNT] = {
        [SEARCH_BODY] = "body", [SEARCH_NAME] = "name", [SEARCH_TOPIC] = "topic"};
    yyjson_val *content;
    struct search_text text;
    if (event->redacted || event->gone || !key_of(event, &text.key) || event_content(event, arena, &content) != RC_OK)
        return false;
    text.text = json_str_of(yyjson_obj_get(content, members[text.key]));
    str plain = text.key == SEARCH_TOPIC ? plain_topic(content) : STR_NONE;
    if (plain.len && !str_eq(plain, text.text))
        text.text = arena_concat(arena, text.text, S("\n"), plain);
    *ret_text = text;
    return text.text.len > 0;
}

uint64_t search_subject_of(const struct event *event)
{
    return event->for_target ? event->target_nid : event->sender_nid;
}
