/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What leaves a room leaves the index in the same commit. */
#ifndef STORE_SEARCH_FORGET_H
#define STORE_SEARCH_FORGET_H

#include "store/tx.h"

struct search_place {
    uint64_t subject; /* whose it is */
    int64_t pos;
};
/* WRITE. Of one room, in any order; they are sorted in place. */
enum rc search_forget(struct tx *tx, uint64_t room_nid, struct search_place *places, size_t count) MUST_USE;

/* At start, before anything is written: what was forgotten by a commit that may have got no further than the index is
 * looked at again. */
enum rc search_doubt_all(struct db *search, struct error *err) MUST_USE;

#endif
