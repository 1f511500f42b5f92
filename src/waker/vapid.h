/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who asks a push service to deliver (VAPID, RFC 8292): a key of this server's own, to which browsers tie their
 * subscriptions. It follows from the operator's key: as long as that stays, so do the subscriptions, a restored backup
 * included, and nothing more is to be kept secret.
 */
#ifndef WAKER_VAPID_H
#define WAKER_VAPID_H

#include "crypto/p256.h"

struct vapid {
    struct p256_key key;
    str subject; /* whom the push service may write to: mailto: or https: */
};

/* secret: the operator's (store_secret()). subject must outlive it. */
enum rc vapid_init(const struct crypto_key *secret, str subject, struct vapid *ret_vapid) MUST_USE;
/* The public key, as browsers and clients are given it. */
str vapid_public_key(const struct vapid *vapid, struct arena *arena);
/* The value of the Authorization header of a request to an endpoint. */
enum rc vapid_authorization(const struct vapid *vapid, struct arena *arena, str endpoint, int64_t now_ms,
                            str *ret_value) MUST_USE;

#endif
