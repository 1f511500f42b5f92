/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Registration tokens: words the operator hands to people who may make an account (spec "Token-authenticated
 * registration"). Of a token only a keyed hash is stored, so that it is shown once, when it is made; `id` is what it is
 * called afterwards. They are nobody's: which account came of which is not kept.
 */
#ifndef STORE_REGISTRATION_TOKENS_H
#define STORE_REGISTRATION_TOKENS_H

#include "store/tx.h"

enum {
    REGISTRATION_TOKENS = 10000,
    REGISTRATION_TOKEN_ID = 8,   /* characters */
    REGISTRATION_TOKEN_MIN = 16, /* 91 bits: nobody guesses one, not even with the stores at hand */
    REGISTRATION_TOKEN_MAX = 64, /* spec */
};

struct registration_token {
    uint64_t nid; /* in the order they were made; the newest one's is given out again when it is removed */
    str id;       /* never again */
    int64_t made_ms;
    int64_t expires_ms; /* 0: never */
    int64_t max_uses;   /* 0: any number */
    int64_t uses;       /* accounts made */
};

/* WRITE. Draws id and token; of *token_in_out expires_ms and max_uses are taken. length: of the token, within the
 * bounds above. RC_LIMITED: there are too many. */
enum rc registration_tokens_make(struct tx *tx, struct registration_token *token_in_out, size_t length,
                                 str *ret_token) MUST_USE;
/* RC_NOT_FOUND: no such token; RC_EXPIRED: its time is over. Of its uses whoever asks judges. */
enum rc registration_tokens_find(struct tx *tx, str token, struct registration_token *ret_token) MUST_USE;
/* WRITE. An account is made by it. RC_EXPIRED: it is gone, its time is over or all its uses are taken. */
enum rc registration_tokens_use(struct tx *tx, str id) MUST_USE;
/* The first behind a number, whatever has become of it. RC_NOT_FOUND: there are no more. */
enum rc registration_tokens_next(struct tx *tx, uint64_t after, struct registration_token *ret_token) MUST_USE;
/* WRITE. RC_NOT_FOUND. */
enum rc registration_tokens_remove(struct tx *tx, str id) MUST_USE;

#endif
