/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Bringing the index up with the stream, in turns of bounded work. A turn first reads, and holds up nobody; then writes
 * in one transaction on search.db, which writers of `search_forget.h` wait for and which waits for them. What was
 * forgotten after it was read is in `forgotten` by then and is left out. How far it came is in the same transaction: a
 * process may die anywhere.
 *
 * A text is written again each time its segment grows, which is a number of times that does not depend on how much
 * history there is. The more of a person's texts come in one turn, the fewer times it is.
 */
#ifndef STORE_SEARCH_BUILD_H
#define STORE_SEARCH_BUILD_H

#include "store/search_gather.h"

enum { SEARCH_TURN = 8192 }; /* events */

/* tx reads; its `search` is a connection for writing, outside a transaction. `fresh`, in order, may be NULL. *ret_more:
 * it has not caught up. */
enum rc search_build_turn(struct tx *tx, const struct search_fresh *fresh, bool *ret_more) MUST_USE;

/* Its two halves. RC_CRYPTO from either: the index is not of these stores, or damaged, and has to be made anew. */
struct search_turn {
    const struct search_fresh *fresh; /* or NULL */
    struct gathered gathered;         /* GATHERED_INIT at first; ended by gathered_fini() */
    int64_t from, upto;               /* of the stream, what was read */
    bool more;
};
enum rc search_turn_read(struct tx *tx, struct search_turn *turn) MUST_USE;
enum rc search_turn_write(struct tx *tx, struct search_turn *turn) MUST_USE;

#endif
