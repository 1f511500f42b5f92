/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which threads a room has, by their newest event. Kept beside the relations, so that listing them reads no events. */
#ifndef STORE_THREADS_H
#define STORE_THREADS_H

#include "store/rooms.h"

enum { THREADS_REVIVED_MAX = 1000 };

struct thread_row {
    int64_t root_pos;
    int64_t latest_pos; /* of the newest event that ever was in it: it may have been redacted since */
};

/* WRITE. An event at pos belongs to the thread that begins at root_pos. */
enum rc threads_note(struct tx *tx, uint64_t room_nid, int64_t root_pos, int64_t pos) MUST_USE;
/* What a reader asks for. */
struct threads_query {
    uint64_t room_nid;
    int64_t to;    /* latest_pos ≤ to */
    int64_t until; /* the reader sees nothing behind this, so that latest_pos is of the newest event up to here */
    uint64_t participant_nid; /* 0: all; else those that user began or wrote in */
    size_t limit;
};
/* Newest activity first. For who left, threads that went on without them are among the first THREADS_REVIVED_MAX that
 * did. */
enum rc threads_list(struct tx *tx, const struct threads_query *query, struct thread_row **ret_rows,
                     size_t *ret_count) MUST_USE;

#endif
