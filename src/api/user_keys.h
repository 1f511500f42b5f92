/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What one person is told of another's keys: as published, with the signatures that were put on them since. */
#ifndef API_USER_KEYS_H
#define API_USER_KEYS_H

#include "store/cross_signing.h"
#include "store/device_keys.h"

struct user_keys {
    struct device_keys *devices;
    size_t device_count;
    struct cross_signing_keys cross;
};

/* For a reader (a user's number and id): what the owner signed is everybody's, what the reader did is theirs. The
 * user-signing key is the owner's alone. In the arena. */
enum rc user_keys_load(struct tx *tx, uint64_t owner_nid, str owner_id, uint64_t reader_nid, str reader_id,
                       struct user_keys *ret_keys) MUST_USE;

#endif
