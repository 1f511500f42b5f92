/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Proving a mobile number by a code (obligations 1.7, 1.8): six digits, good for five minutes, five attempts and one
 * use.
 *
 * A code session is one client (by its secret), one number, one purpose. Codes are stored as keyed hashes, numbers
 * sealed. What is sent is counted per number, per client, per address and over all, in rows: messages cost money, and
 * a restart must not be a way around.
 *
 * To a number that must not be told apart from any other (signing in with one nobody has), a session is made all the
 * same, without a code that could fit.
 */
#ifndef STORE_CODES_H
#define STORE_CODES_H

#include "store/tx.h"

enum code_purpose { CODE_REGISTER = 1, CODE_LOGIN = 2, CODE_ADD = 3 };

enum {
    CODE_DIGITS = 6,
    CODE_ATTEMPTS = 5,
    CODE_LIFE_MS = 5 * 60 * 1000,
    CODE_PROVEN_MS = 60 * 60 * 1000, /* how long a proven number may be used by its session */
};

struct code_limits {
    bool enabled;
    int64_t per_number, per_client, per_address, in_all; /* messages an hour */
    int64_t gap_ms;                                      /* between two messages to one number */
};

struct code_request {
    enum code_purpose purpose;
    str client_secret;
    str number;           /* E.164 */
    int64_t send_attempt; /* a message goes out only if it is greater than the last one seen */
    str address;          /* who asks, in text */
    uint64_t subject;     /* CODE_LOGIN: whose number it is, 0: nobody's */
    bool silent;          /* nothing is sent, and no code will do */
};

struct code_start {
    str sid;
    bool send; /* a message must go out with this code */
    char code[CODE_DIGITS + 1];
    int64_t retry_ms; /* with RC_LIMITED */
};

/* WRITE. RC_LIMITED: too many messages: ret_start->retry_ms says when. */
enum rc codes_start(struct tx *tx, const struct code_limits *limits, const struct code_request *request,
                    struct code_start *ret_start) MUST_USE;

enum code_result {
    CODE_RIGHT,
    CODE_WRONG,
    CODE_EXPIRED,
    CODE_USED,     /* it was right once already */
    CODE_TOO_MANY, /* attempts: a new code must be asked for */
    CODE_NO_SESSION,
};

/* WRITE. Always RC_OK unless the store fails: a wrong attempt must be counted, so that the handler must not fail. */
enum rc codes_submit(struct tx *tx, str sid, str client_secret, str code, enum code_result *ret_result,
                     int *ret_attempts_left) MUST_USE;

struct code_proof {
    str number;       /* E.164 */
    uint64_t subject; /* CODE_LOGIN */
};
/* What was proven. RC_NOT_FOUND: no such session of that secret and purpose; RC_FORBIDDEN: not proven (yet);
 * RC_EXPIRED: proven too long ago. */
enum rc codes_proof(struct tx *tx, str sid, str client_secret, enum code_purpose purpose,
                    struct code_proof *ret_proof) MUST_USE;
/* WRITE. Once used, a proof is gone. */
enum rc codes_consume(struct tx *tx, str sid) MUST_USE;
/* WRITE. Forgets sessions and counts that no longer matter (obligation 4.2). */
enum rc codes_reap(struct tx *tx) MUST_USE;

/* Spec appendix "Third party identifiers": client_secret and sid are [0-9a-zA-Z.=_-], 1 to 255 characters. */
bool client_secret_is_valid(str secret);

#endif
