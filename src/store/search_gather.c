/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_gather.h"

#include "search/query.h"
#include "store/event_row.h"
#include "store/search_build.h"
#include "store/search_rows.h"

enum { TURN_BYTES = 512 * 1024 }; /* of text: what is kept of it meanwhile is up to forty times as much */

void gathered_fini(struct gathered *gathered)
{
    vec_fini(&gathered->texts);
    vec_fini(&gathered->postings);
    arena_fini(&gathered->words);
}

static void add_text(struct gathered *gathered, struct arena *scratch, const struct event *event,
                     const struct search_text *text)
{
    struct text_term *terms;
    size_t count;
    text_terms(scratch, text, &terms, &count);
    if (!count)
        return;
    vec_push(&gathered->texts, ((struct gathered_text){.room = event->room_nid,
                                                       .subject = search_subject_of(event),
                                                       .pos = event->pos,
                                                       .first = gathered->postings.count,
                                                       .count = count}));
    gathered->bytes += text->text.len;
    for (size_t i = 0; i < count; i++)
        vec_push(&gathered->postings,
                 ((struct posting){arena_dup(&gathered->words, terms[i].text), event->pos, terms[i].weight}));
}

static void add_event(struct gathered *gathered, struct arena *scratch, const struct event *event)
{
    struct search_text text;
    if (search_text_of(scratch, event, &text))
        add_text(gathered, scratch, event, &text);
}

/* ---- rows ---- */

/* What is read of one event lives in `scratch`, emptied after each. */
struct gathering {
    struct tx own;
    struct arena scratch;
    struct gathered *gathered;
};

/* Of the row as it is now: what the room holds in memory may be a moment older. */
static enum rc gather_row(struct gathering *gathering, uint64_t room_nid, const struct db_query *row)
{
    const struct room *room;
    const struct event *event;
    enum rc rc = rooms_get(&gathering->own, room_nid, &room);
    if (rc == RC_OK)
        rc = event_row_open(&gathering->own, room, row, &event);
    if (rc == RC_OK) {
        add_event(gathering->gathered, &gathering->scratch, event);
        event_unref(&event);
    }
    arena_reset(&gathering->scratch);
    return rc == RC_NOT_FOUND || rc == RC_CRYPTO ? RC_OK : rc; /* RC_CRYPTO: nobody can read it */
}

struct rows_read {
    size_t count;
    int64_t last;
};

/* Rows of EVENT_COLUMNS and the room, until there is so much text. */
static enum rc gather_rows(struct tx *tx, struct db_query *q, size_t max_bytes, struct gathered *gathered,
                           struct rows_read *ret_read)
{
    struct gathering gathering = {.own = *tx, .scratch = ARENA_INIT, .gathered = gathered};
    gathering.own.arena = &gathering.scratch;
    enum rc rc = RC_OK;
    *ret_read = (struct rows_read){0};
    while (rc == RC_OK && gathered->bytes < max_bytes && db_next(q)) {
        ret_read->count++;
        ret_read->last = db_column_i64(q, 0);
        rc = gather_row(&gathering, (uint64_t)db_column_i64(q, 9), q);
    }
    arena_fini(&gathering.scratch);
    enum rc ended = db_done(q, NULL);
    return rc == RC_OK ? ended : rc;
}

enum rc gather_stream(struct tx *tx, int64_t from, int64_t upto, struct gathered *gathered, int64_t *ret_done)
{
    struct rows_read read;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q,
                 "SELECT " EVENT_COLUMNS ", e.room FROM event e WHERE e.pos > ?1 AND e.pos <= ?2 AND " SEARCH_MAYBE_SQL
                 " ORDER BY e.pos LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, from);
    db_bind_i64(&q, 2, upto);
    db_bind_i64(&q, 3, SEARCH_TURN);
    TRY(gather_rows(tx, &q, TURN_BYTES, gathered, &read));
    bool all = read.count < SEARCH_TURN && gathered->bytes < TURN_BYTES;
    *ret_done = all ? upto : read.last;
    return RC_OK;
}

/* ---- what is fresh ---- */

void gather_fresh(const struct search_fresh *fresh, int64_t from, struct gathered *gathered, int64_t *ret_done)
{
    struct arena scratch = ARENA_INIT;
    size_t i = 0;
    while (i < fresh->events.count && fresh->events.items[i]->pos <= from)
        i++;
    for (; i < fresh->events.count && gathered->bytes < TURN_BYTES; i++) {
        add_event(gathered, &scratch, fresh->events.items[i]);
        arena_reset(&scratch);
    }
    *ret_done = i < fresh->events.count ? fresh->events.items[i - 1]->pos : fresh->upto;
    arena_fini(&scratch);
}

/* ---- one place ---- */

enum rc gather_place(struct tx *tx, uint64_t room, int64_t pos, struct gathered *gathered)
{
    struct rows_read read;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT " EVENT_COLUMNS ", e.room FROM event e WHERE e.pos = ?1 AND e.room = ?2",
                 NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, (int64_t)room);
    return gather_rows(tx, &q, SIZE_MAX, gathered, &read);
}
