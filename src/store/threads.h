/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which threads a room has, by their newest event. Kept beside the relations, so that listing them reads no events. */
#ifndef STORE_THREADS_H
#define STORE_THREADS_H

#include "store/rooms.h"

struct thread_row {
    int64_t root_pos;
    int64_t latest_pos; /* of the newest event that ever was in it: it may have been redacted since */
};

/* WRITE. An event at pos belongs to the thread that begins at root_pos. */
enum rc threads_note(struct tx *tx, uint64_t room_nid, int64_t root_pos, int64_t pos) MUST_USE;
/* Newest activity first, from latest_pos ≤ to on. participant 0: all; else those that user began or wrote in. */
enum rc threads_list(struct tx *tx, uint64_t room_nid, int64_t to, uint64_t participant_nid, size_t limit,
                     struct thread_row **ret_rows, size_t *ret_count) MUST_USE;

#endif
