/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_build.h"

#include "base/vec.h"
#include "search/query.h"
#include "store/event_row.h"
#include "store/search_rows.h"

enum { DOUBTS = 64, FORGOTTEN = 256, TURN_BYTES = 1 << 20 }; /* a turn */

typedef VEC(struct posting) posting_vec;

/* What one person said in one room, of this turn. */
struct group {
    uint64_t room, subject;
    int64_t first, last, texts;
    posting_vec postings;
};

struct turn {
    struct tx *tx;
    VEC(struct group) groups;
    int64_t upto; /* where the stream stood when the turn began */
    size_t bytes; /* of text */
};

/* ---- gathering ---- */

static struct group *group_for(struct turn *turn, uint64_t room, uint64_t subject)
{
    for (size_t i = turn->groups.count; i-- > 0;)
        if (turn->groups.items[i].room == room && turn->groups.items[i].subject == subject)
            return &turn->groups.items[i];
    vec_push(&turn->groups, ((struct group){.room = room, .subject = subject, .first = INT64_MAX}));
    return &turn->groups.items[turn->groups.count - 1];
}

static void widen(struct group *group, int64_t first, int64_t last)
{
    if (first < group->first)
        group->first = first;
    if (last > group->last)
        group->last = last;
}

static void gather_text(struct turn *turn, const struct event *event, const struct search_text *text)
{
    struct text_term *terms;
    size_t count;
    text_terms(turn->tx->arena, text, &terms, &count);
    if (!count)
        return;
    struct group *group = group_for(turn, event->room_nid, search_subject_of(event));
    widen(group, event->pos, event->pos);
    group->texts++;
    turn->bytes += text->text.len;
    for (size_t i = 0; i < count; i++)
        vec_push(&group->postings, ((struct posting){terms[i].text, event->pos, terms[i].weight}));
}

static enum rc is_forgotten(struct tx *tx, int64_t pos, bool *ret_forgotten)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "SELECT 1 FROM forgotten WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, pos);
    *ret_forgotten = db_next(&q);
    return db_done(&q, NULL);
}

/* Of the row as it is now: what the room holds in memory may be a moment older. */
static enum rc gather(struct turn *turn, uint64_t room_nid, int64_t pos)
{
    const struct room *room;
    const struct event *event;
    struct search_text text;
    bool forgotten;
    TRY(is_forgotten(turn->tx, pos, &forgotten));
    if (forgotten)
        return RC_OK;
    TRY(rooms_get(turn->tx, room_nid, &room));
    enum rc rc = event_row_read(turn->tx, room, pos, &event, NULL);
    if (rc != RC_OK) /* RC_CRYPTO: nobody can read it */
        return rc == RC_NOT_FOUND || rc == RC_CRYPTO ? RC_OK : rc;
    events_hold(turn->tx, event);
    if (search_text_of(turn->tx->arena, event, &text))
        gather_text(turn, event, &text);
    return RC_OK;
}

struct place {
    int64_t pos;
    uint64_t room;
};

static enum rc places_take(struct db_query *q, struct place *places, size_t max, size_t *ret_count)
{
    size_t count = 0;
    while (count < max && db_next(q)) {
        places[count].pos = db_column_i64(q, 0);
        places[count++].room = (uint64_t)db_column_i64(q, 1);
    }
    *ret_count = count;
    return db_done(q, NULL);
}

static enum rc gather_stream(struct turn *turn, int64_t from, int64_t *ret_upto)
{
    struct place places[SEARCH_TURN];
    size_t count;
    struct db_query q;
    TRY(db_query(tx_chat(turn->tx), &q,
                 "SELECT pos, room FROM event WHERE pos > ?1 AND pos <= ?2 AND " SEARCH_MAYBE_SQL
                 " ORDER BY pos LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, from);
    db_bind_i64(&q, 2, turn->upto);
    db_bind_i64(&q, 3, SEARCH_TURN);
    TRY(places_take(&q, places, SEARCH_TURN, &count));
    size_t taken = 0;
    for (; taken < count && turn->bytes < TURN_BYTES; taken++)
        TRY(gather(turn, places[taken].room, places[taken].pos));
    bool all = taken == count && count < SEARCH_TURN;
    *ret_upto = all ? turn->upto : taken ? places[taken - 1].pos : from;
    return RC_OK;
}

/* ---- writing ---- */

struct growing {
    struct arena *arena;
    posting_vec *postings;
};

static bool take_posting(void *ctx, const struct posting *posting)
{
    struct growing *growing = ctx;
    struct posting copy = *posting;
    copy.word = arena_dup(growing->arena, posting->word);
    vec_push(growing->postings, copy);
    return true;
}

/* The newest segment, if it is small beside what has been gathered: each text is then rewritten only when what it
 * stands in has grown by half. RC_NOT_FOUND: there is none. */
static enum rc small_segment(struct tx *tx, const struct group *group, size_t bytes, struct search_segment *ret_segment)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q,
                 "SELECT " SEARCH_SEGMENT_COLUMNS " FROM segment WHERE subject = ?1 AND room = ?2 AND part = 0"
                 " ORDER BY last DESC LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)group->subject);
    db_bind_i64(&q, 2, (int64_t)group->room);
    bool found = db_next(&q);
    int64_t texts = found ? db_column_i64(&q, 6) : 0;
    bool fits = found && texts <= 2 * group->texts && texts + group->texts <= SEARCH_FULL_TEXTS
                && db_column_str(&q, 7).len + bytes <= SEARCH_FULL_BYTES;
    enum rc rc = fits ? search_segment_open(tx, &q, ret_segment) : RC_NOT_FOUND;
    enum rc ended = db_done(&q, NULL);
    return ended == RC_OK ? rc : ended;
}

static size_t bytes_about(const struct group *group)
{
    size_t bytes = 0;
    for (size_t i = 0; i < group->postings.count; i++)
        bytes += group->postings.items[i].word.len + 4;
    return bytes / 2; /* words share much */
}

static enum rc group_grow(struct tx *tx, struct group *group)
{
    for (;;) {
        struct search_segment segment;
        enum rc rc = small_segment(tx, group, bytes_about(group), &segment);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
        struct growing growing = {tx->arena, &group->postings};
        if (!segment_each(segment.plain, take_posting, &growing))
            return RC_CRYPTO;
        widen(group, segment.first, segment.last);
        group->texts += segment.texts;
        TRY(search_segment_remove(tx, segment.id));
    }
}

static enum rc write_part(struct tx *tx, const struct group *group, int part, struct posting *postings, size_t count)
{
    struct strbuf plain = STRBUF_INIT;
    segment_write(postings, count, &plain);
    const struct search_segment segment = {.room = group->room,
                                           .subject = group->subject,
                                           .part = part,
                                           .first = group->first,
                                           .last = group->last,
                                           .texts = group->texts,
                                           .plain = strbuf_str(&plain)};
    enum rc rc = plain.len ? search_segment_add(tx, &segment) : RC_OK;
    strbuf_fini(&plain);
    return rc;
}

static enum rc write_parts(struct tx *tx, const struct group *group)
{
    struct posting *some = arena_array(tx->arena, struct posting, group->postings.count);
    for (int part = 1; part <= SEARCH_PARTS; part++) {
        size_t count = 0;
        for (size_t i = 0; i < group->postings.count; i++)
            if (search_part_of(group->postings.items[i].word) == part)
                some[count++] = group->postings.items[i];
        TRY(write_part(tx, group, part, some, count));
    }
    return RC_OK;
}

/* RC_NOT_FOUND: whose words they are is being erased. */
static enum rc group_write(struct tx *tx, struct group *group)
{
    TRY(group_grow(tx, group));
    bool full = group->texts >= SEARCH_FULL_TEXTS / 2 || bytes_about(group) >= SEARCH_FULL_BYTES / 2;
    return full ? write_parts(tx, group) : write_part(tx, group, 0, group->postings.items, group->postings.count);
}

static enum rc groups_write(struct turn *turn)
{
    for (size_t i = 0; i < turn->groups.count; i++) {
        enum rc rc = group_write(turn->tx, &turn->groups.items[i]);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

/* ---- what was forgotten ---- */

static enum rc drop(struct tx *tx, const char *sql, int64_t pos)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, sql, NULL));
    db_bind_i64(&q, 1, pos);
    return db_run(&q, NULL);
}

/* Its row says so itself by now: it would not be indexed anyhow. ROW_REDACTED 2, ROW_GONE 8 (event_row.c). */
static enum rc is_settled(struct tx *tx, int64_t pos, bool *ret_settled)
{
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "SELECT 1 FROM event WHERE pos = ?1 AND NOT (flags & 10)", NULL));
    db_bind_i64(&q, 1, pos);
    *ret_settled = !db_next(&q);
    return db_done(&q, NULL);
}

static enum rc settle_forgotten(struct tx *tx, int64_t upto)
{
    struct place places[FORGOTTEN];
    size_t count;
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "SELECT pos, room FROM forgotten WHERE pos <= ?1 ORDER BY pos LIMIT ?2", NULL));
    db_bind_i64(&q, 1, upto);
    db_bind_i64(&q, 2, FORGOTTEN);
    TRY(places_take(&q, places, FORGOTTEN, &count));
    for (size_t i = 0; i < count; i++) {
        bool settled;
        TRY(is_settled(tx, places[i].pos, &settled));
        if (settled)
            TRY(drop(tx, "DELETE FROM forgotten WHERE pos = ?1", places[i].pos));
    }
    return RC_OK;
}

/* A commit forgot it, and may not have got as far as the rest of what it was about. What is not yet in the index comes
 * by itself. */
static enum rc look_again(struct turn *turn, int64_t done, size_t *ret_count)
{
    struct place places[DOUBTS];
    struct db_query q;
    TRY(db_query(tx_search(turn->tx), &q, "SELECT pos, room FROM doubt ORDER BY pos LIMIT ?1", NULL));
    db_bind_i64(&q, 1, DOUBTS);
    TRY(places_take(&q, places, DOUBTS, ret_count));
    for (size_t i = 0; i < *ret_count; i++) {
        if (places[i].pos <= done)
            TRY(gather(turn, places[i].room, places[i].pos));
        TRY(drop(turn->tx, "DELETE FROM doubt WHERE pos = ?1", places[i].pos));
    }
    return RC_OK;
}

/* ---- a turn ---- */

static enum rc run_turn(struct turn *turn, bool *ret_more)
{
    struct tx *tx = turn->tx;
    int64_t done, upto;
    size_t doubts;
    TRY(search_progress(tx, &done));
    /* The stores are older than the index: they were restored around it. */
    if (done > turn->upto) {
        TRY(search_clear(tx));
        done = 0;
    }
    TRY(look_again(turn, done, &doubts));
    TRY(gather_stream(turn, done, &upto));
    TRY(groups_write(turn));
    TRY(settle_forgotten(tx, upto));
    *ret_more = upto < turn->upto || doubts == DOUBTS;
    return search_progress_set(tx, upto);
}

enum rc search_build_turn(struct tx *tx, bool *ret_more)
{
    struct turn turn = {.tx = tx};
    TRY(db_begin(tx->search, NULL));
    /* After the lock was had: what commits later is not in this turn. */
    turn.upto = tx_pos(tx);
    enum rc rc = run_turn(&turn, ret_more);
    /* What cannot be read as it was written is made anew. */
    if (rc == RC_CRYPTO)
        rc = search_clear(tx);
    for (size_t i = 0; i < turn.groups.count; i++)
        vec_fini(&turn.groups.items[i].postings);
    vec_fini(&turn.groups);
    if (rc == RC_OK)
        return db_commit(tx->search, NULL);
    db_rollback(tx->search);
    return rc;
}
