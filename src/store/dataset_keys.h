/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Keys of de-identified datasets (obligation 1.21): one for each purpose and dataset, random, wrapped by the operator's
 * key, in the keys store: apart from the data, and in no backup (a restored server draws new ones). Drawn when a
 * dataset is first made; gone for good once destroyed. Below privacy/pseudonym.h, which is the one to use.
 */
#ifndef STORE_DATASET_KEYS_H
#define STORE_DATASET_KEYS_H

#include "crypto/crypto.h"
#include "store/tx.h"

enum { DATASET_NAME_MAX = 64 };

/* RC_NOT_FOUND: never drawn, or destroyed. RC_INVALID: no name, or not one: [a-z0-9_-], up to DATASET_NAME_MAX. Wipe
 * the key after use. */
enum rc dataset_key_get(struct tx *tx, const char *purpose, str dataset, struct crypto_key *ret_key) MUST_USE;
/* WRITE. The one there is, or a new one. */
enum rc dataset_key_ensure(struct tx *tx, const char *purpose, str dataset, struct crypto_key *ret_key) MUST_USE;
/* WRITE. RC_NOT_FOUND. */
enum rc dataset_key_destroy(struct tx *tx, const char *purpose, str dataset) MUST_USE;

#endif
