/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The index of what rooms say: rows of search.db. A row is a segment (search/segment.h) of what one person said in one
 * room, sealed under their key: with the key it becomes unreadable, and who holds the file alone reads numbers.
 *
 * Small segments of the same room and person grow together. A full one is stored in SEARCH_PARTS rows, by a hash of the
 * word, so that a query opens only those its words can be in. Part 0: not split.
 *
 * What leaves (redaction, end of a lifetime) goes from the index in the same commit (search_forget.h), and is noted in
 * `forgotten`, so that the thread that builds the index behind the writer does not put back what it read before.
 */
#ifndef STORE_SEARCH_ROWS_H
#define STORE_SEARCH_ROWS_H

#include "search/segment.h"
#include "store/events.h"

enum {
    SEARCH_PARTS = 16,
    SEARCH_FULL_TEXTS = 512, /* of a segment; or */
    SEARCH_FULL_BYTES = 64 * 1024,
};

struct search_segment {
    int64_t id;
    uint64_t room, subject;
    int part;
    int64_t first, last; /* positions of its texts lie between */
    int64_t texts;
    str plain;
};

/* A segment's key of the index, in the column order search_segment_open() reads. */
#define SEARCH_SEGMENT_COLUMNS "id, room, part, subject, first, last, docs, sealed"
/* The current row, opened. Its plain form lives in the tx's arena. RC_NOT_FOUND: its subject was erased. */
enum rc search_segment_open(struct tx *tx, const struct db_query *row, struct search_segment *ret_segment) MUST_USE;
/* The same of the row of that id. */
enum rc search_segment_get(struct tx *tx, int64_t id, struct search_segment *ret_segment) MUST_USE;
/* Adds a row; id is given out. RC_NOT_FOUND: as above. */
enum rc search_segment_add(struct tx *tx, const struct search_segment *segment) MUST_USE;
/* Puts another content and count in the row's place. */
enum rc search_segment_replace(struct tx *tx, const struct search_segment *segment) MUST_USE;
enum rc search_segment_remove(struct tx *tx, int64_t id) MUST_USE;

/* The part of a full segment a word is in: 1 … SEARCH_PARTS. A stored format. */
int search_part_of(str word);

/* Everything up to there is in the index, but what was forgotten. */
enum rc search_progress(struct tx *tx, int64_t *ret_pos) MUST_USE;
enum rc search_progress_set(struct tx *tx, int64_t pos) MUST_USE;
/* Begins anew. */
enum rc search_clear(struct tx *tx) MUST_USE;

/* What of an event can be searched (spec "Server Side Search"): false: nothing. Views into the event and the arena. */
struct search_text;
bool search_text_of(struct arena *arena, const struct event *event, struct search_text *ret_text);
/* From the row's flags: it may say something. Cheap, and true for more than do. */
#define SEARCH_MAYBE_SQL "((flags >> 8) = 1 OR (flags & 1))"
/* The same of an event, by its type. */
bool search_may_say(const struct event *event);
/* Whose an event is, by the key it is sealed under. */
uint64_t search_subject_of(const struct event *event);

#endif
