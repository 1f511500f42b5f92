/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_find.h"

#include "base/map.h"
#include "base/vec.h"
#include "store/search_rows.h"

typedef VEC(struct search_candidate) candidate_vec;

struct finding {
    struct tx *tx;
    struct tx own; /* with an arena of its own, emptied after each row */
    struct arena scratch;
    const struct search_question *question;
    size_t rows_left;
    int64_t until_ms;                     /* steady clock */
    candidate_vec terms[QUERY_MAX_TERMS]; /* of one room, before they are joined */
    candidate_vec found;
    bool bounded;
};

static bool is_out_of_time(struct finding *finding)
{
    bool late = env_steady_ms(finding->tx->env) >= finding->until_ms;
    finding->bounded |= late;
    return late;
}

/* ---- one row ---- */

struct collecting {
    struct finding *finding;
    const struct search_segment *segment;
    size_t term;
};

static bool is_wanted(const struct finding *finding, uint8_t weight, int64_t pos)
{
    return pos <= finding->question->upto && finding->question->keys & 1u << weight_key(weight);
}

static void candidate_add(struct finding *finding, size_t term, const struct search_candidate *candidate)
{
    if (finding->terms[term].count < SEARCH_MAX_PLACES)
        vec_push(&finding->terms[term], *candidate);
    else
        finding->bounded = true;
}

static bool collect(void *ctx, const struct posting *posting)
{
    struct collecting *collecting = ctx;
    const struct query_term *term = &collecting->finding->question->query->terms[collecting->term];
    if (is_wanted(collecting->finding, posting->weight, posting->pos)) {
        bool whole = posting->word.len == term->text.len;
        const struct search_candidate candidate = {
            .pos = posting->pos,
            .score = weight_score(posting->weight, term->text.len, whole),
            .room = collecting->segment->room,
            .subject = collecting->segment->subject,
            .key = weight_key(posting->weight),
        };
        candidate_add(collecting->finding, collecting->term, &candidate);
    }
    return true;
}

static bool is_in_part(const struct query_term *term, int part)
{
    return part == 0 || term->prefix || search_part_of(term->text) == part;
}

/* One that its subject's key no longer opens, or that is damaged, holds nothing for anybody. */
static enum rc look_into(struct finding *finding, const struct db_query *row)
{
    const struct search_query *query = finding->question->query;
    struct search_segment segment;
    enum rc rc = search_segment_open(&finding->own, row, &segment);
    for (size_t i = 0; rc == RC_OK && i < query->term_count; i++) {
        struct collecting collecting = {finding, &segment, i};
        if (is_in_part(&query->terms[i], segment.part)
            && !segment_find(segment.plain, query->terms[i].text, query->terms[i].prefix, collect, &collecting))
            break;
    }
    arena_reset(&finding->scratch);
    return rc == RC_NOT_FOUND || rc == RC_CRYPTO ? RC_OK : rc;
}

/* ---- one room ---- */

static enum rc look_into_part(struct finding *finding, uint64_t room, int part)
{
    struct db_query q;
    TRY(db_query(tx_search(finding->tx), &q,
                 "SELECT " SEARCH_SEGMENT_COLUMNS " FROM segment WHERE room = ?1 AND part = ?2 ORDER BY last DESC",
                 NULL));
    db_bind_i64(&q, 1, (int64_t)room);
    db_bind_i64(&q, 2, part);
    enum rc rc = RC_OK;
    while (rc == RC_OK && db_next(&q) && !is_out_of_time(finding)) {
        if (!finding->rows_left) {
            finding->bounded = true;
            break;
        }
        finding->rows_left--;
        rc = look_into(finding, &q);
    }
    enum rc ended = db_done(&q, NULL);
    return rc == RC_OK ? ended : rc;
}

static bool is_part_asked(const struct search_query *query, int part)
{
    for (size_t i = 0; i < query->term_count; i++)
        if (is_in_part(&query->terms[i], part))
            return true;
    return false;
}

static int by_place(const void *a, const void *b)
{
    const struct search_candidate *x = a, *y = b;
    if (x->pos != y->pos)
        return x->pos < y->pos ? -1 : 1;
    return (x->score < y->score) - (x->score > y->score);
}

/* Each place once: of several words with the same beginning, the best. */
static void sort_places(candidate_vec *places)
{
    size_t kept = 0;
    if (places->count)
        qsort(places->items, places->count, sizeof *places->items, by_place);
    for (size_t i = 0; i < places->count; i++)
        if (!kept || places->items[kept - 1].pos != places->items[i].pos)
            places->items[kept++] = places->items[i];
    places->count = kept;
}

/* Leaves in `all` what is in both. */
static void join(candidate_vec *all, const candidate_vec *more)
{
    size_t kept = 0, j = 0;
    for (size_t i = 0; i < all->count; i++) {
        while (j < more->count && more->items[j].pos < all->items[i].pos)
            j++;
        if (j == more->count || more->items[j].pos != all->items[i].pos)
            continue;
        struct search_candidate both = all->items[i];
        both.score += more->items[j].score;
        all->items[kept++] = both;
    }
    all->count = kept;
}

static void join_room(struct finding *finding)
{
    size_t terms = finding->question->query->term_count;
    for (size_t i = 0; i < terms; i++)
        sort_places(&finding->terms[i]);
    for (size_t i = 1; i < terms; i++)
        join(&finding->terms[0], &finding->terms[i]);
    for (size_t i = 0; i < finding->terms[0].count; i++) {
        if (finding->found.count == SEARCH_MAX_PLACES) {
            finding->bounded = true;
            break;
        }
        vec_push(&finding->found, finding->terms[0].items[i]);
    }
    for (size_t i = 0; i < terms; i++)
        finding->terms[i].count = 0;
}

static enum rc find_in_room(struct finding *finding, uint64_t room)
{
    for (int part = 0; part <= SEARCH_PARTS; part++)
        if (is_part_asked(finding->question->query, part))
            TRY(look_into_part(finding, room, part));
    join_room(finding);
    return RC_OK;
}

/* ---- the stream's end ---- */

/* Its score is what it would have in the index. False: some word is not there. */
static bool answers(struct finding *finding, const struct search_text *text, int64_t *ret_score)
{
    const struct search_query *query = finding->question->query;
    struct text_term *terms;
    size_t count;
    text_terms(&finding->scratch, text, &terms, &count);
    *ret_score = 0;
    for (size_t i = 0; i < query->term_count; i++) {
        int64_t best = -1;
        for (size_t j = 0; j < count; j++) {
            const struct query_term *wanted = &query->terms[i];
            bool whole = str_eq(terms[j].text, wanted->text);
            if (!whole && !(wanted->prefix && str_starts(terms[j].text, wanted->text)))
                continue;
            int64_t score = weight_score(terms[j].weight, wanted->text.len, whole);
            best = score > best ? score : best;
        }
        if (best < 0)
            return false;
        *ret_score += best;
    }
    return true;
}

static enum rc look_at_event(struct finding *finding, uint64_t room_nid, int64_t pos)
{
    const struct room *room;
    const struct event *event;
    struct search_text text;
    int64_t score;
    TRY(rooms_get(finding->tx, room_nid, &room));
    enum rc rc = events_at(finding->tx, room, pos, &event);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND || rc == RC_CRYPTO ? RC_OK : rc;
    if (search_text_of(&finding->scratch, event, &text) && finding->question->keys & 1u << text.key
        && answers(finding, &text, &score) && finding->found.count < SEARCH_MAX_PLACES)
        vec_push(&finding->found,
                 ((struct search_candidate){pos, score, room_nid, search_subject_of(event), text.key}));
    arena_reset(&finding->scratch);
    return RC_OK;
}

struct place {
    int64_t pos;
    uint64_t room;
};

static enum rc tail_places(struct finding *finding, int64_t from, struct place *places, size_t *ret_count)
{
    struct map rooms = {0};
    size_t looked_at = 0, count = 0;
    struct db_query q;
    TRY(db_query(tx_chat(finding->tx), &q,
                 "SELECT pos, room FROM event WHERE pos > ?1 AND pos <= ?2 AND " SEARCH_MAYBE_SQL
                 " ORDER BY pos DESC LIMIT ?3",
                 NULL));
    db_bind_i64(&q, 1, from);
    db_bind_i64(&q, 2, finding->question->upto);
    db_bind_i64(&q, 3, SEARCH_MAX_BEHIND);
    for (size_t i = 0; i < finding->question->room_count; i++)
        map_put(&rooms, finding->question->rooms[i], finding);
    while (count < SEARCH_MAX_TAIL && db_next(&q)) {
        uint64_t room = (uint64_t)db_column_i64(&q, 1);
        looked_at++;
        if (map_get(&rooms, room))
            places[count++] = (struct place){db_column_i64(&q, 0), room};
    }
    map_fini(&rooms);
    finding->bounded |= looked_at == SEARCH_MAX_BEHIND || count == SEARCH_MAX_TAIL;
    *ret_count = count;
    return db_done(&q, NULL);
}

static enum rc find_in_tail(struct finding *finding, int64_t from)
{
    if (from >= finding->question->upto)
        return RC_OK;
    struct place *places = arena_array(finding->tx->arena, struct place, SEARCH_MAX_TAIL);
    size_t count;
    TRY(tail_places(finding, from, places, &count));
    for (size_t i = 0; i < count && !is_out_of_time(finding); i++)
        TRY(look_at_event(finding, places[i].room, places[i].pos));
    return RC_OK;
}

/* ---- all ---- */

static enum rc find_all(struct finding *finding)
{
    int64_t done;
    TRY(search_progress(finding->tx, &done));
    TRY(find_in_tail(finding, done));
    for (size_t i = 0; i < finding->question->room_count && !is_out_of_time(finding); i++)
        TRY(find_in_room(finding, finding->question->rooms[i]));
    return RC_OK;
}

enum rc search_find(struct tx *tx, const struct search_question *question, struct search_found *ret_found)
{
    struct finding finding = {.tx = tx,
                              .own = *tx,
                              .scratch = ARENA_INIT,
                              .question = question,
                              .rows_left = SEARCH_MAX_ROWS,
                              .until_ms = env_steady_ms(tx->env) + SEARCH_MAX_MS};
    finding.own.arena = &finding.scratch;
    *ret_found = (struct search_found){0};
    if (!question->query->term_count)
        return RC_OK;
    /* The index and how far it has come, as of one moment. */
    TRY(db_begin(tx->search, NULL));
    enum rc rc = find_all(&finding);
    db_rollback(tx->search);
    if (rc == RC_OK) {
        ret_found->items = arena_array(tx->arena, struct search_candidate, finding.found.count + 1);
        if (finding.found.count)
            memcpy(ret_found->items, finding.found.items, finding.found.count * sizeof *finding.found.items);
        ret_found->count = finding.found.count;
        ret_found->bounded = finding.bounded;
    }
    for (size_t i = 0; i < QUERY_MAX_TERMS; i++)
        vec_fini(&finding.terms[i]);
    vec_fini(&finding.found);
    arena_fini(&finding.scratch);
    return rc;
}
