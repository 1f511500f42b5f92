/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Bringing the index up with the stream, in turns of bounded work. A turn is one transaction on search.db, which
 * writers of `search_forget.h` wait for and which waits for them: so nothing is indexed that was forgotten, and nothing
 * is left out. How far it came is in the same transaction: a process may die anywhere.
 *
 * A text is written again each time its segment grows, which is a number of times that does not depend on how much
 * history there is.
 */
#ifndef STORE_SEARCH_BUILD_H
#define STORE_SEARCH_BUILD_H

#include "store/tx.h"

enum { SEARCH_TURN = 256 }; /* events */

/* tx reads; its `search` is a connection for writing, outside a transaction. *ret_more: it has not caught up. */
enum rc search_build_turn(struct tx *tx, bool *ret_more) MUST_USE;

#endif
