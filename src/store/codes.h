/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Proving a contact, a mobile number or an e-mail address, by a code (obligations 1.7, 1.8): six digits, five attempts
 * and one use, good for five minutes by SMS and for half an hour by e-mail, which may be on its way for some time. An
 * e-mail has a link as well, which carries a secret that cannot be guessed and does the same.
 *
 * A code session is one client (by its secret), one contact, one purpose. Codes are stored as keyed hashes, contacts
 * sealed. What is sent is counted per contact, per client, per address and over all, in rows: messages cost money, and
 * a restart must not be a way around.
 *
 * To a contact that must not be told apart from any other (signing in with one nobody has), a session is made all the
 * same, without a code or link that could fit.
 */
#ifndef STORE_CODES_H
#define STORE_CODES_H

#include "store/tx.h"

/* CODE_LOGIN: into an account that is there, or to a new password. */
enum code_purpose { CODE_REGISTER = 1, CODE_LOGIN = 2, CODE_ADD = 3 };
enum code_medium { CODE_SMS = 0, CODE_EMAIL = 1, CODE_MEDIA = 2 };

enum {
    CODE_DIGITS = 6,
    CODE_ATTEMPTS = 5,
    CODE_LIFE_MS = 5 * 60 * 1000,
    CODE_EMAIL_LIFE_MS = 30 * 60 * 1000,
    CODE_NEXT_MAX = 2048,
    CODE_PROVEN_MS = 60 * 60 * 1000, /* how long a proven contact may be used by its session */
};

struct code_limits {
    bool enabled;
    int64_t per_number, per_client, per_address, in_all; /* messages an hour */
    int64_t gap_ms;                                      /* between two messages to one contact */
};

struct code_request {
    enum code_purpose purpose;
    enum code_medium medium;
    str client_secret;
    str contact;          /* E.164, or an address in its canonical form */
    str next_link;        /* where the page of an e-mail leads afterwards, at most CODE_NEXT_MAX bytes; may be empty */
    int64_t send_attempt; /* a message goes out only if it is greater than the last one seen */
    str address;          /* who asks, in text */
    uint64_t subject;     /* CODE_LOGIN: whose contact it is, 0: nobody's */
    bool silent;          /* no code is sent, and none will do */
};

struct code_start {
    str sid;
    bool due;  /* a message would go out now */
    bool send; /* it must, with this code: due, and not silent */
    char code[CODE_DIGITS + 1];
    str link_token;   /* CODE_EMAIL: the link's secret */
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

/* What the link of an e-mail is for, to say before it is used. RC_NOT_FOUND: there is no such link; RC_EXPIRED: its
 * time is over. */
struct code_link {
    enum code_purpose purpose;
    bool used;
    str next_link;
};
enum rc codes_link(struct tx *tx, str sid, str token, struct code_link *ret_link) MUST_USE;
/* WRITE. The link's owner says yes: proven, as by the code. The same results; once proven it stays so. */
enum rc codes_confirm(struct tx *tx, str sid, str token, struct code_link *ret_link) MUST_USE;

struct code_proof {
    enum code_medium medium;
    str contact;      /* E.164, or an e-mail address */
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
