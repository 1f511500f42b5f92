/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Tokens for signing in a further device (spec "m.login.token"): each good for one sign-in, within two minutes. In
 * memory only, as hashes, in a bounded table: losing one costs a person a step. Thread-safe.
 */
#ifndef API_LOGIN_TOKENS_H
#define API_LOGIN_TOKENS_H

#include "base/env.h"
#include "crypto/crypto.h"

#include <stdbool.h>

enum {
    LOGIN_TOKENS = 1024, /* at a time: the oldest makes room */
    LOGIN_TOKEN_LIFE_MS = 2 * 60 * 1000,
    LOGIN_TOKEN_GAP_MS = 60 * 1000, /* spec: stricter than normal, such as one a minute */
};

struct login_tokens;
struct login_tokens *login_tokens_new(struct env *env);
void login_tokens_free(struct login_tokens **tokens);

/* When the account may have another; 0: now. */
int64_t login_tokens_wait_ms(struct login_tokens *tokens, uint64_t user_nid);
/* hash: crypto_token_hash() of the token. device_nid: which device asked for it. */
void login_tokens_add(struct login_tokens *tokens, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE], uint64_t user_nid,
                      uint64_t device_nid);
/* Uses the token up. RC_FORBIDDEN: unknown, used or over its time. */
enum rc login_tokens_take(struct login_tokens *tokens, str token, uint64_t *ret_user_nid,
                          uint64_t *ret_device_nid) MUST_USE;

#endif
