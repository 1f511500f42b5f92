/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Access tokens → who asks. A cache in front of the rows; entries are dropped, on every thread, before the reply
 * to whatever ended the session leaves.
 */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "store/tx.h"

struct session {
    _Atomic uint32_t refs;
    uint64_t session_nid, user_nid, device_nid;
    str device_id;
    int64_t expires_ms; /* 0: never (wall clock) */
    bool guest;
};

/* RC_UNAUTHORIZED: unknown; RC_EXPIRED: known but past its time (soft logout: refresh it). The reference is held for
 * the life of tx->arena. */
enum rc sessions_find(struct tx *tx, str access_token, const struct session **ret_session) MUST_USE;

#endif
