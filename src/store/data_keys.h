/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The subjects' data keys: drawn, wrapped into the keys store, unwrapped into the cache. */
#ifndef STORE_DATA_KEYS_H
#define STORE_DATA_KEYS_H

#include "store/key_pool.h"
#include "store/store_private.h"

/* One reference for the caller. RC_NOT_FOUND when it was destroyed or never drawn. */
enum rc data_key_get(struct tx *tx, uint64_t subject, const struct data_key **ret_key) MUST_USE;
/* WRITE. */
enum rc data_key_create(struct tx *tx, uint64_t subject) MUST_USE;
/* At start: RC_CRYPTO when operator.key is not the one these stores were made with. */
enum rc data_keys_check(struct store *store, struct error *err) MUST_USE;

#endif
