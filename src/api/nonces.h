/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words that are good for one request, within a minute. In memory only, in a bounded table. Thread-safe. */
#ifndef API_NONCES_H
#define API_NONCES_H

#include "base/arena.h"
#include "base/env.h"

enum { NONCES = 1024, NONCE_LIFE_MS = 60 * 1000, NONCE_LENGTH = 32 };

struct nonces;
struct nonces *nonces_new(struct env *env);
void nonces_free(struct nonces **nonces);
/* In the arena. When the table is full, the oldest makes room. */
str nonces_draw(struct nonces *nonces, struct arena *arena);
/* Uses it up. RC_FORBIDDEN: unknown, used or over its time. */
enum rc nonces_take(struct nonces *nonces, str nonce) MUST_USE;

#endif
