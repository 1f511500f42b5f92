/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Filters clients have stored for themselves, sealed under their user's key. The same filter gets the same id. */
#ifndef STORE_FILTERS_H
#define STORE_FILTERS_H

#include "store/tx.h"

enum { FILTERS_MAX_PER_USER = 500 };

/* WRITE. RC_LIMITED beyond FILTERS_MAX_PER_USER different ones. */
enum rc filters_add(struct tx *tx, uint64_t user_nid, str filter, str *ret_id) MUST_USE;
/* RC_NOT_FOUND. */
enum rc filters_get(struct tx *tx, uint64_t user_nid, str id, str *ret_filter) MUST_USE;

#endif
