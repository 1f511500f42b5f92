/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Message encryption for Web Push (RFC 8291, which is RFC 8188 with one record): only the browser that subscribed can
 * open it; the push service in between sees a length, and that is rounded up.
 */
#ifndef WAKER_SEALING_H
#define WAKER_SEALING_H

#include "crypto/p256.h"

enum {
    SEALING_AUTH_SIZE = 16,
    SEALING_SALT_SIZE = 16,
    SEALING_RECORD = 4096, /* RFC 8291, 4: no more than this is sure to arrive */
    SEALING_STEP = 256,    /* lengths are multiples of it */
    SEALING_HEAD = SEALING_SALT_SIZE + 4 + 1 + P256_POINT_SIZE,
    SEALING_PLAIN_MAX = SEALING_RECORD - SEALING_HEAD - 16 - 1,
};

struct subscription {
    unsigned char point[P256_POINT_SIZE]; /* p256dh */
    unsigned char auth[SEALING_AUTH_SIZE];
};

/* base64url of either, as browsers hand them out. RC_INVALID. */
enum rc subscription_read(struct arena *arena, str p256dh, str auth, struct subscription *ret_subscription) MUST_USE;

/* What is drawn anew for each message. */
struct sealing_dice {
    struct p256_key key;
    unsigned char salt[SEALING_SALT_SIZE];
};
enum rc sealing_dice_new(struct env *env, struct sealing_dice *ret_dice) MUST_USE;

/* padding: bytes behind the text. RC_TOO_LARGE; RC_CRYPTO. In the arena. */
enum rc sealing_make(struct arena *arena, const struct subscription *to, const struct sealing_dice *dice, str plain,
                     size_t padding, str *ret_body) MUST_USE;
/* With fresh dice, padded to a multiple of SEALING_STEP. */
enum rc sealing_seal(struct env *env, struct arena *arena, const struct subscription *to, str plain,
                     str *ret_body) MUST_USE;

#endif
