/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_build.h"

#include "store/search_gather.h"
#include "store/search_rows.h"

enum { DOUBTS = 64, FORGOTTEN = 256 }; /* a turn */

/* What one person said in one room, of this turn. */
struct group {
    uint64_t room, subject;
    int64_t first, last, texts;
    posting_vec postings;
};

static void widen(struct group *group, int64_t first, int64_t last)
{
    if (first < group->first)
        group->first = first;
    if (last > group->last)
        group->last = last;
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
                 "SELECT id, docs, length(sealed) FROM segment WHERE subject = ?1 AND room = ?2 AND part = 0"
                 " ORDER BY last DESC LIMIT 1",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)group->subject);
    db_bind_i64(&q, 2, (int64_t)group->room);
    bool found = db_next(&q);
    int64_t id = found ? db_column_i64(&q, 0) : 0, texts = found ? db_column_i64(&q, 1) : 0;
    bool fits = found && texts <= 2 * group->texts && texts + group->texts <= SEARCH_FULL_TEXTS
                && (size_t)db_column_i64(&q, 2) + bytes <= SEARCH_FULL_BYTES;
    TRY(db_done(&q, NULL));
    return fits ? search_segment_get(tx, id, ret_segment) : RC_NOT_FOUND;
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

/* Part after part: those of part n begin at begin[n] and end where the next begin. */
static struct posting *by_part(struct tx *tx, const struct group *group, size_t begin[SEARCH_PARTS + 2])
{
    size_t count = group->postings.count, next[SEARCH_PARTS + 2] = {0};
    struct posting *sorted = arena_array(tx->arena, struct posting, count);
    uint8_t *parts = arena_alloc_raw(tx->arena, count);
    for (size_t i = 0; i < count; i++) {
        parts[i] = (uint8_t)search_part_of(group->postings.items[i].word);
        next[parts[i] + 1]++;
    }
    for (int part = 1; part <= SEARCH_PARTS + 1; part++)
        next[part] += next[part - 1];
    memcpy(begin, next, sizeof next);
    for (size_t i = 0; i < count; i++)
        sorted[next[parts[i]]++] = group->postings.items[i];
    return sorted;
}

static enum rc write_parts(struct tx *tx, const struct group *group)
{
    size_t begin[SEARCH_PARTS + 2];
    struct posting *sorted = by_part(tx, group, begin);
    for (int part = 1; part <= SEARCH_PARTS; part++)
        TRY(write_part(tx, group, part, sorted + begin[part], begin[part + 1] - begin[part]));
    return RC_OK;
}

/* RC_NOT_FOUND: whose words they are is being erased. */
static enum rc group_write(struct tx *tx, struct group *group)
{
    TRY(group_grow(tx, group));
    bool full = group->texts >= SEARCH_FULL_TEXTS / 2 || bytes_about(group) >= SEARCH_FULL_BYTES / 2;
    return full ? write_parts(tx, group) : write_part(tx, group, 0, group->postings.items, group->postings.count);
}

static int by_group_and_place(const void *a, const void *b)
{
    const struct gathered_text *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    if (x->room != y->room)
        return x->room < y->room ? -1 : 1;
    return (x->pos > y->pos) - (x->pos < y->pos);
}

static void group_add(struct group *group, const struct gathered *gathered, const struct gathered_text *text)
{
    widen(group, text->pos, text->pos);
    group->texts++;
    for (size_t i = 0; i < text->count; i++)
        vec_push(&group->postings, gathered->postings.items[text->first + i]);
}

/* Of the texts from *at on those that belong together, written; what that takes is let go of. */
static enum rc next_group_write(struct tx *tx, const struct gathered *gathered, size_t *at, struct group *group)
{
    const struct gathered_text *texts = gathered->texts.items, *first = &texts[*at];
    group->room = first->room;
    group->subject = first->subject;
    group->first = INT64_MAX;
    group->last = group->texts = 0;
    group->postings.count = 0;
    for (; *at < gathered->texts.count && texts[*at].room == first->room && texts[*at].subject == first->subject; ++*at)
        group_add(group, gathered, &texts[*at]);
    enum rc rc = group_write(tx, group);
    arena_reset(tx->arena);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc groups_write(struct tx *tx, struct gathered *gathered)
{
    if (!gathered->texts.count)
        return RC_OK;
    qsort(gathered->texts.items, gathered->texts.count, sizeof *gathered->texts.items, by_group_and_place);
    struct arena arena = ARENA_INIT;
    struct tx own = *tx;
    own.arena = &arena;
    struct group group = {0};
    enum rc rc = RC_OK;
    for (size_t at = 0; rc == RC_OK && at < gathered->texts.count;)
        rc = next_group_write(&own, gathered, &at, &group);
    vec_fini(&group.postings);
    arena_fini(&arena);
    return rc;
}

/* ---- what was forgotten ---- */

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

/* Of what was gathered, in the stream's order, what has been forgotten since. */
static enum rc leave_out_forgotten(struct tx *tx, struct gathered *gathered)
{
    size_t count = gathered->texts.count, at = 0, kept = 0;
    struct gathered_text *texts = gathered->texts.items;
    struct db_query q;
    if (!count)
        return RC_OK;
    TRY(db_query(tx_search(tx), &q, "SELECT pos FROM forgotten WHERE pos >= ?1 AND pos <= ?2 ORDER BY pos", NULL));
    db_bind_i64(&q, 1, texts[0].pos);
    db_bind_i64(&q, 2, texts[count - 1].pos);
    while (db_next(&q)) {
        int64_t pos = db_column_i64(&q, 0);
        while (at < count && texts[at].pos < pos)
            texts[kept++] = texts[at++];
        if (at < count && texts[at].pos == pos)
            at++;
    }
    while (at < count)
        texts[kept++] = texts[at++];
    gathered->texts.count = kept;
    return db_done(&q, NULL);
}

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
static enum rc look_again(struct tx *tx, int64_t done, struct gathered *gathered, size_t *ret_count)
{
    struct place places[DOUBTS];
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "SELECT pos, room FROM doubt ORDER BY pos LIMIT ?1", NULL));
    db_bind_i64(&q, 1, DOUBTS);
    TRY(places_take(&q, places, DOUBTS, ret_count));
    for (size_t i = 0; i < *ret_count; i++) {
        if (places[i].pos <= done)
            TRY(gather_place(tx, places[i].room, places[i].pos, gathered));
        TRY(drop(tx, "DELETE FROM doubt WHERE pos = ?1", places[i].pos));
    }
    return RC_OK;
}

/* ---- a turn ---- */

enum rc search_turn_read(struct tx *tx, struct search_turn *turn)
{
    TRY(search_progress(tx, &turn->from));
    int64_t end = tx_pos(tx);
    /* The stores are older than the index: they were restored around it. */
    if (turn->from > end)
        return RC_CRYPTO;
    const struct search_fresh *fresh = turn->fresh;
    if (fresh && fresh->from <= turn->from && turn->from < fresh->upto) {
        gather_fresh(fresh, turn->from, &turn->gathered, &turn->upto);
        end = fresh->upto; /* what came since is fresh the next time */
    } else {
        TRY(gather_stream(tx, turn->from, end, &turn->gathered, &turn->upto));
    }
    turn->more = turn->upto < end;
    return RC_OK;
}

/* Under the lock: nothing is forgotten meanwhile. */
static enum rc write_locked(struct tx *tx, struct search_turn *turn)
{
    size_t doubts;
    TRY(leave_out_forgotten(tx, &turn->gathered));
    TRY(look_again(tx, turn->from, &turn->gathered, &doubts));
    TRY(groups_write(tx, &turn->gathered));
    TRY(settle_forgotten(tx, turn->upto));
    turn->more |= doubts == DOUBTS;
    return search_progress_set(tx, turn->upto);
}

enum rc search_turn_write(struct tx *tx, struct search_turn *turn)
{
    TRY(db_begin(tx->search, NULL));
    enum rc rc = write_locked(tx, turn);
    if (rc == RC_OK)
        return db_commit(tx->search, NULL);
    db_rollback(tx->search);
    return rc;
}

static enum rc begin_anew(struct tx *tx)
{
    TRY(db_begin(tx->search, NULL));
    enum rc rc = search_clear(tx);
    if (rc == RC_OK)
        return db_commit(tx->search, NULL);
    db_rollback(tx->search);
    return rc;
}

enum rc search_build_turn(struct tx *tx, const struct search_fresh *fresh, bool *ret_more)
{
    struct search_turn turn = {.fresh = fresh, .gathered = GATHERED_INIT};
    enum rc rc = search_turn_read(tx, &turn);
    if (rc == RC_OK)
        rc = search_turn_write(tx, &turn);
    gathered_fini(&turn.gathered);
    *ret_more = rc == RC_CRYPTO || turn.more;
    return rc == RC_CRYPTO ? begin_anew(tx) : rc;
}
