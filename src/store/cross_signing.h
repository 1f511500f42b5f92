/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A person's cross-signing keys (spec "Cross-signing"): public keys that vouch for their devices and for other people.
 * Sealed under their owner's key.
 */
#ifndef STORE_CROSS_SIGNING_H
#define STORE_CROSS_SIGNING_H

#include "store/tx.h"

enum cross_signing_usage { CROSS_SIGNING_MASTER, CROSS_SIGNING_SELF, CROSS_SIGNING_USER, CROSS_SIGNING_USAGES };

struct cross_signing_key {
    str public_key; /* unpadded base64; empty: there is none */
    str text;       /* a JSON object, canonical */
};
struct cross_signing_keys {
    struct cross_signing_key of[CROSS_SIGNING_USAGES];
};

enum rc cross_signing_get(struct tx *tx, uint64_t user_nid, struct cross_signing_keys *ret_keys) MUST_USE;
/* WRITE. Those given replace those there are, whose signatures go: with the master key all the person made, with
 * another what it signed. With another master key the others go that it does not come with. Whoever shares a room with
 * them is told, unless nothing changes. */
enum rc cross_signing_set(struct tx *tx, uint64_t user_nid, const struct cross_signing_keys *keys) MUST_USE;
/* Is it one of the person's? No device may be called so (spec "Cross-signing"). */
enum rc cross_signing_has(struct tx *tx, uint64_t user_nid, str public_key, bool *ret_has) MUST_USE;

#endif
