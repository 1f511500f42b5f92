/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The entries of the public log: the audit's commitments, in order. What they commit to is nobody's to see here. */
#ifndef PRIVACY_LOG_LEAVES_H
#define PRIVACY_LOG_LEAVES_H

#include "crypto/crypto.h"
#include "db/db.h"

struct log_leaf {
    unsigned char commitment[CRYPTO_SHA256_SIZE];
};

/* Those from number `from` on, at most `limit`, in the arena. RC_CRYPTO when one of them is missing or misshapen. */
enum rc log_leaves(struct db *vault, struct arena *arena, uint64_t from, size_t limit, struct log_leaf **ret_leaves,
                   size_t *ret_count) MUST_USE;

#endif
