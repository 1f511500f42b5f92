/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Access tokens → who asks. A cache in front of the rows; entries are dropped, on every thread, before the reply
 * to whatever ended the session leaves. Tokens are random and stored as hashes only; their prefixes ("prly_",
 * "prlr_") let secret scanners find leaked ones.
 *
 * Refreshing makes a second session beside the first (spec "Refreshing access tokens": the old refresh token remains
 * valid until the new access or refresh token is used). The new one names the old as its predecessor; its first
 * use ends the predecessor.
 */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "store/tx.h"

struct session {
    uint64_t session_nid, user_nid, device_nid;
    str device_id;
    int64_t expires_ms; /* 0: never (wall clock) */
};

/* RC_UNAUTHORIZED: unknown; RC_EXPIRED: known but past its time (soft logout: refresh it). Lives in tx->arena. */
enum rc sessions_find(struct tx *tx, str access_token, const struct session **ret_session) MUST_USE;

struct session_tokens {
    str access_token;
    str refresh_token;     /* empty: none */
    int64_t expires_in_ms; /* 0: never */
};

/* WRITE. A session for a device; sessions the device had before end. With lifetime_ms > 0 the access token lasts that
 * long and a refresh token comes with it; 0: it lasts until it is ended. */
enum rc sessions_create(struct tx *tx, uint64_t user_nid, uint64_t device_nid, int64_t lifetime_ms,
                        struct session_tokens *ret_tokens) MUST_USE;
/* WRITE. RC_UNAUTHORIZED: the refresh token is unknown or used up. Asked again with the same one before its answer was
 * used, it makes new tokens and drops those that were lost. *ret_user_nid: whose it is. */
enum rc sessions_refresh(struct tx *tx, str refresh_token, int64_t lifetime_ms, struct session_tokens *ret_tokens,
                         uint64_t *ret_user_nid) MUST_USE;
/* WRITE. All sessions of a device. The user is noted as NOTICE_SESSION_END. */
enum rc sessions_end_device(struct tx *tx, uint64_t user_nid, uint64_t device_nid) MUST_USE;

#endif
