/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Cancelling the account with a way back, and asking with the claim alone how an erasure stands (obligations 5.4, 5.5).
 *
 * With the answer the service stops: every device is signed out. Signing in again before it is due undoes it; after
 * that everything is erased and nothing brings it back.
 */
#include "api/closing.h"
#include "api/server.h"
#include "api/uia.h"
#include "store/holds.h"

enum { HOLDS_SHOWN = 20 };

/* ---- before: what would happen ---- */

/* Obligation 5.9: a hold is told, with its reason, unless law forbids that. */
static enum rc add_holds(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *answer, uint64_t subject)
{
    struct hold *holds;
    size_t count;
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    TRY(holds_list(call->tx, subject, 0, HOLDS_SHOWN, &holds, &count));
    for (size_t i = 0; i < count; i++) {
        if (holds[i].quiet || holds[i].lifted_ms)
            continue;
        yyjson_mut_val *object = yyjson_mut_obj(doc);
        json_set_i64(doc, object, "since_ts", holds[i].placed_ms);
        json_set_str(doc, object, "reason", holds[i].reason);
        yyjson_mut_arr_append(list, object);
    }
    json_set(doc, answer, "holds", list);
    return RC_OK;
}

static enum rc get_cancel(struct call *call)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_i64(doc, answer, "interval_ms", call->server->config->accounts.cancel_interval);
    TRY(add_holds(call, doc, answer, call->who.user_nid));
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- cancelling ---- */

static const struct uia_operation cancellation = {.name = "parleyCancel", .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};
/* A guest has nothing but the token to prove anything with, and nothing to come back with. */
static const struct uia_operation guests_cancellation = {.name = "parleyCancel", .flows = {{{UIA_DUMMY}}}};

static enum rc prepare_cancel(struct call *call)
{
    struct uia_attempt *attempt = NULL;
    enum rc rc = uia_prepare(call, call->who.guest ? &guests_cancellation : &cancellation, &attempt);
    call->slow_result = attempt;
    return rc;
}

static enum rc slow_cancel(struct call *call)
{
    uia_slow(call->slow_result);
    return RC_OK;
}

static enum rc post_cancel(struct call *call)
{
    struct uia_result result;
    struct closing closing;
    bool passed;
    TRY(uia_run(call, call->slow_result, &passed, &result));
    if (!passed)
        return RC_OK;
    TRY(closing_begin(call, call->who.guest ? ERASURE_ASKED : ERASURE_CANCELLED, &closing));
    call_reply_json(call, closing_object(json_new(call->arena), &closing));
    return RC_OK;
}

/* ---- after: with the claim alone ---- */

static enum rc add_waiting(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *answer,
                           const struct erasure_record *erasure)
{
    bool due = erasure->due_ms <= call_now_ms(call);
    json_set_str(doc, answer, "state", due ? S("due") : S("waiting"));
    json_set_i64(doc, answer, "due_ts", erasure->due_ms);
    json_set_bool(doc, answer, "undoable", erasure->cause == ERASURE_CANCELLED && !due);
    return add_holds(call, doc, answer, erasure->subject);
}

static enum rc get_erasure(struct call *call)
{
    struct erasure_record erasure;
    enum rc rc = erasures_find(call->tx, call->params[0], &erasure);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no erasure of this claim, or it was undone.");
    TRY(rc);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_i64(doc, answer, "asked_ts", erasure.asked_ms);
    if (erasure.ended_ms) {
        json_set_str(doc, answer, "state", S("erased"));
        json_set_raw(doc, answer, "certificate", erasure.certificate);
    } else if (erasure.begun_ms) {
        json_set_str(doc, answer, "state", S("erasing"));
    } else {
        TRY(add_waiting(call, doc, answer, &erasure));
    }
    call_header(call, S("Cache-Control"), S("no-store"));
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyCancelAbout",
     .method = HTTP_GET,
     .path = "/_parley/v1/account/cancel",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_cancel},
    {.name = "parleyCancel",
     .method = HTTP_POST,
     .path = "/_parley/v1/account/cancel",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON_OPTIONAL,
     .service = SERVICE_NOT,
     .purpose = PURPOSE_RIGHTS,
     .also = PURPOSE_BIT(PURPOSE_SERVICE)
             | PURPOSE_BIT(PURPOSE_ACCOUNT_SECURITY), /* whoever cancels proves to be the owner */
     .settles = true,
     .prepare = prepare_cancel,
     .slow = slow_cancel,
     .run = post_cancel},
    {.name = "parleyErasure",
     .method = HTTP_GET,
     .path = "/_parley/v1/erasure/{claim}",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_erasure},
};

extern const struct endpoint_module cancel_module;
const struct endpoint_module cancel_module = ENDPOINT_MODULE(endpoints);
