/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/idle_guests.h"

#include "privacy/audit.h"
#include "store/erasures.h"
#include "store/users.h"

static enum rc end_one(struct tx *tx, uint64_t nid, size_t *found_in_out)
{
    static const struct audit_entry words = {
        .kind = AUDIT_ERASURE, .purpose = PURPOSE_RETENTION, .detail = STR_INIT("the guest has not come back")};
    struct audit_entry entry = words;
    struct erasure_record erasure;
    str claim;
    enum rc rc = erasures_get(tx, nid, &erasure);
    if (rc != RC_NOT_FOUND)
        return rc; /* asked for already */
    TRY(erasures_ask(tx, nid, ERASURE_IDLE, env_now_ms(tx->env), &claim));
    ++*found_in_out;
    entry.subject = nid;
    return audit_append(tx, &entry);
}

enum rc idle_guests_turn(struct tx *tx, int64_t idle_ms, uint64_t *after_in_out, size_t *ret_found)
{
    uint64_t *nids;
    size_t count;
    *ret_found = 0;
    TRY(users_idle_guests(tx, env_now_ms(tx->env) - idle_ms, *after_in_out, IDLE_GUESTS_TURN, &nids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(end_one(tx, nids[i], ret_found));
    *after_in_out = count == IDLE_GUESTS_TURN ? nids[count - 1] : 0;
    return RC_OK;
}
