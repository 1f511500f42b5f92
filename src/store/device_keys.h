/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The identity keys of devices, as their clients publish them (spec "Device keys"). Sealed under their owner's key. */
#ifndef STORE_DEVICE_KEYS_H
#define STORE_DEVICE_KEYS_H

#include "store/tx.h"

struct device_keys {
    uint64_t device_nid;
    str device_id;
    str text; /* a JSON object, canonical */
};

/* WRITE. Tells whoever shares a room with the user, unless the keys are those it has. */
enum rc device_keys_set(struct tx *tx, uint64_t user_nid, uint64_t device_nid, str text) MUST_USE;
/* All of the user's devices that have any, in the arena. */
enum rc device_keys_of_user(struct tx *tx, uint64_t user_nid, struct device_keys **ret_keys,
                            size_t *ret_count) MUST_USE;
/* RC_NOT_FOUND. */
enum rc device_keys_get(struct tx *tx, uint64_t user_nid, str device_id, struct device_keys *ret_keys) MUST_USE;
/* WRITE. With the device: its one-time and fallback keys as well. Whoever shares a room with the user is told if it had
 * identity keys. */
enum rc device_keys_remove(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;

#endif
