/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One-time and fallback keys of devices (spec "One-time and fallback keys"). Each one-time key is given out once, the
 * oldest first; the fallback key of the algorithm as often as there is none. Sealed under their owner's key.
 *
 * A key that was given out is remembered by hashes for a while: an upload whose answer was lost is repeated by clients,
 * and would bring it back otherwise.
 */
#ifndef STORE_ONE_TIME_KEYS_H
#define STORE_ONE_TIME_KEYS_H

#include "base/strbuf.h"
#include "store/tx.h"

enum {
    ONE_TIME_KEYS_MAX = 500,        /* of a device, not given out */
    ONE_TIME_KEYS_REMEMBERED = 500, /* given out */
    FALLBACK_KEYS_MAX = 16,         /* algorithms of a device */
};

struct device_place {
    uint64_t user_nid, device_nid;
};
struct published_key {
    str name;      /* "<algorithm>:<id>" */
    str algorithm; /* of it */
    str text;      /* JSON, canonical */
};

/* WRITE. RC_EXISTS: the device has another key of one of these names; RC_TOO_LARGE: too many keys. What it has already,
 * or has given out, is left as it is. */
enum rc one_time_keys_add(struct tx *tx, struct device_place place, const struct published_key *keys,
                          size_t count) MUST_USE;
/* WRITE. Replaces the algorithm's. RC_TOO_LARGE: too many algorithms. The one it has already stays used if it is. */
enum rc fallback_keys_set(struct tx *tx, struct device_place place, const struct published_key *key) MUST_USE;
/* WRITE. RC_NOT_FOUND: there is neither. */
enum rc one_time_keys_claim(struct tx *tx, struct device_place place, str algorithm,
                            struct published_key *ret_key) MUST_USE;
/* WRITE. All of the device. */
enum rc one_time_keys_remove(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;

/* Appends {"<algorithm>":<number>, …} of what can be claimed. signed_curve25519 is always among them: some clients take
 * a missing number for "as before". */
enum rc one_time_keys_add_counts(struct tx *tx, struct device_place place, struct strbuf *out) MUST_USE;
/* Appends ["<algorithm>", …] of the fallback keys nobody has been given yet. */
enum rc fallback_keys_add_unused(struct tx *tx, struct device_place place, struct strbuf *out) MUST_USE;

#endif
