/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/search_forget.h"

#include "base/vec.h"
#include "store/act.h"
#include "store/search_rows.h"
#include "store/writer.h"

static int by_subject_and_place(const void *a, const void *b)
{
    const struct search_place *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    return (x->pos > y->pos) - (x->pos < y->pos);
}

static int by_place(const void *key, const void *item)
{
    int64_t pos = *(const int64_t *)key, other = ((const struct search_place *)item)->pos;
    return (pos > other) - (pos < other);
}

/* ---- one segment ---- */

typedef VEC(struct posting) posting_vec;

struct thinning {
    struct arena *arena;
    const struct search_place *places; /* of the subject, by position */
    size_t count;
    posting_vec left;
    bool touched;
};

static bool thin_one(void *ctx, const struct posting *posting)
{
    struct thinning *thinning = ctx;
    if (bsearch(&posting->pos, thinning->places, thinning->count, sizeof *thinning->places, by_place)) {
        thinning->touched = true;
        return true;
    }
    struct posting kept = *posting;
    kept.word = arena_dup(thinning->arena, posting->word);
    vec_push(&thinning->left, kept);
    return true;
}

static int64_t places_within(const struct thinning *thinning, int64_t first, int64_t last)
{
    int64_t count = 0;
    for (size_t i = 0; i < thinning->count; i++)
        count += thinning->places[i].pos >= first && thinning->places[i].pos <= last;
    return count;
}

static enum rc thin_segment(struct tx *tx, struct search_segment *segment, const struct search_place *places,
                            size_t count)
{
    struct thinning thinning = {tx->arena, places, count, {0}, false};
    bool whole = segment_each(segment->plain, thin_one, &thinning);
    enum rc rc = RC_OK;
    if (!whole || !thinning.left.count) {
        rc = search_segment_remove(tx, segment->id);
    } else if (thinning.touched) {
        struct strbuf plain = STRBUF_INIT;
        segment_write(thinning.left.items, thinning.left.count, &plain);
        segment->plain = strbuf_str(&plain);
        segment->texts -= places_within(&thinning, segment->first, segment->last);
        rc = search_segment_replace(tx, segment);
        strbuf_fini(&plain);
    }
    vec_fini(&thinning.left);
    return rc;
}

/* ---- one person ---- */

typedef VEC(int64_t) id_vec;

static enum rc segments_with(struct tx *tx, uint64_t room_nid, const struct search_place *places, size_t count,
                             id_vec *ids)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q,
                 "SELECT id FROM segment WHERE subject = ?1 AND room = ?2 AND last >= ?3 AND first <= ?4", NULL));
    db_bind_i64(&q, 1, (int64_t)places[0].subject);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    db_bind_i64(&q, 3, places[0].pos);
    db_bind_i64(&q, 4, places[count - 1].pos);
    while (db_next(&q))
        vec_push(ids, db_column_i64(&q, 0));
    return db_done(&q, NULL);
}

static enum rc segment_forget(struct tx *tx, int64_t id, const struct search_place *places, size_t count)
{
    struct search_segment segment;
    enum rc rc = search_segment_get(tx, id, &segment);
    if (rc == RC_OK)
        return thin_segment(tx, &segment, places, count);
    /* Nobody can read it any more. */
    return rc == RC_NOT_FOUND || rc == RC_CRYPTO ? search_segment_remove(tx, id) : rc;
}

static enum rc subject_forget(struct tx *tx, uint64_t room_nid, const struct search_place *places, size_t count)
{
    id_vec ids = {0};
    enum rc rc = segments_with(tx, room_nid, places, count, &ids);
    for (size_t i = 0; i < ids.count && rc == RC_OK; i++)
        rc = segment_forget(tx, ids.items[i], places, count);
    vec_fini(&ids);
    return rc;
}

/* ---- all ---- */

static enum rc note(struct tx *tx, uint64_t room_nid, int64_t pos)
{
    struct db_query q;
    TRY(db_query(tx_search(tx), &q, "INSERT OR IGNORE INTO forgotten(pos, room) VALUES(?1, ?2)", NULL));
    db_bind_i64(&q, 1, pos);
    db_bind_i64(&q, 2, (int64_t)room_nid);
    TRY(db_run(&q, NULL));
    TRY(db_query(tx_search(tx), &q, "DELETE FROM doubt WHERE pos = ?1", NULL));
    db_bind_i64(&q, 1, pos);
    return db_run(&q, NULL);
}

enum rc search_forget(struct tx *tx, uint64_t room_nid, struct search_place *places, size_t count)
{
    /* Whoever asks for the removal does not read what is removed. */
    static const struct act act = ACT_SERVICE(PURPOSE_MESSAGING);
    struct arena arena = ARENA_INIT;
    struct tx own = *tx;
    own.arena = &arena;
    own.act = &act;
    if (count)
        qsort(places, count, sizeof *places, by_subject_and_place);
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = note(&own, room_nid, places[i].pos);
    for (size_t i = 0, end; i < count && rc == RC_OK; i = end) {
        for (end = i + 1; end < count && places[end].subject == places[i].subject; end++)
            ;
        rc = subject_forget(&own, room_nid, places + i, end - i);
    }
    arena_fini(&arena);
    /* The log holds the pages as they were. */
    if (count)
        tx->p->empty_logs |= PART_BIT(PART_SEARCH);
    return rc;
}

enum rc search_doubt_all(struct db *search, struct error *err)
{
    struct db_query q;
    TRY(db_begin(search, err));
    enum rc rc = db_query(search, &q, "INSERT OR IGNORE INTO doubt(pos, room) SELECT pos, room FROM forgotten", err);
    if (rc == RC_OK)
        rc = db_run(&q, err);
    if (rc == RC_OK)
        rc = db_query(search, &q, "DELETE FROM forgotten", err);
    if (rc == RC_OK)
        rc = db_run(&q, err);
    if (rc == RC_OK)
        return db_commit(search, err);
    db_rollback(search);
    return rc;
}
