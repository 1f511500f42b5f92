/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/closing.h"

#include "api/accounts.h"
#include "api/server.h"
#include "api/terms.h"
#include "privacy/audit.h"
#include "privacy/erasure.h"
#include "store/holds.h"

static enum rc record(struct call *call, uint64_t subject, str detail)
{
    const struct audit_entry entry = {
        .kind = AUDIT_ERASURE, .subject = subject, .purpose = call->endpoint->purpose, .detail = detail};
    return audit_append(call->tx, &entry);
}

/* Cancelling stops the account, the others close it; whoever is held loses nothing until the hold is lifted. */
static enum rc end_account(struct call *call, enum erasure_cause cause, bool held)
{
    uint64_t subject = call->who.user_nid;
    const struct user *user;
    if (cause == ERASURE_CANCELLED)
        return account_stop(call->tx, subject, held);
    const struct consent_issuer issuer = terms_issuer(call);
    TRY(users_get(call->tx, subject, &user));
    TRY(account_close(call->tx, &issuer, user, held));
    return cause == ERASURE_ASKED && !held ? erasure_begin(call->tx, subject) : RC_OK;
}

enum rc closing_begin(struct call *call, enum erasure_cause cause, struct closing *ret_closing)
{
    static const str words[] = {[ERASURE_CANCELLED] = STR_INIT("the account was cancelled"),
                                [ERASURE_CLOSED] = STR_INIT("the account was closed"),
                                [ERASURE_ASKED] = STR_INIT("erasure was asked for")};
    int64_t wait_ms = cause == ERASURE_ASKED ? 0 : call->server->config->accounts.cancel_interval;
    bool held;
    *ret_closing = (struct closing){.due_ms = call_now_ms(call) + wait_ms, .undoable = cause == ERASURE_CANCELLED};
    TRY(holds_live(call->tx, call->who.user_nid, &held));
    TRY(erasures_ask(call->tx, call->who.user_nid, cause, ret_closing->due_ms, &ret_closing->claim));
    TRY(record(call, call->who.user_nid, words[cause]));
    TRY(end_account(call, cause, held));
    call->server->erasure_look_ms = 0;
    return RC_OK;
}

yyjson_mut_val *closing_object(yyjson_mut_doc *doc, const struct closing *closing)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "claim", closing->claim);
    json_set_i64(doc, object, "due_ts", closing->due_ms);
    json_set_bool(doc, object, "undoable", closing->undoable);
    return object;
}

enum rc closing_undo(struct call *call, uint64_t user_nid, bool *ret_undone)
{
    struct erasure_record erasure;
    *ret_undone = false;
    enum rc rc = erasures_get(call->tx, user_nid, &erasure);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    rc = erasures_undo(call->tx, user_nid);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 403, "M_USER_DEACTIVATED",
                         "This account has been cancelled, and the time in which that could be undone is over.");
    TRY(rc);
    *ret_undone = true;
    return record(call, user_nid, S("the cancellation was undone"));
}
