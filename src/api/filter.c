/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Filtering": POST /user/{userId}/filter, GET …/filter/{filterId}. */
#include "sync/filter.h"

#include "api/call.h"
#include "store/filters.h"

static enum rc post_filter(struct call *call)
{
    struct filter parsed;
    str id;
    TRY(call_self(call, call->params[0]));
    TRY(filter_parse(call->arena, call->body, &parsed, call_err(call)));
    enum rc rc = filters_add(call->tx, call->who.user_nid, json_text(call->arena, call->body), &id);
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_INVALID_PARAM", "There are as many filters as an account may have.");
    TRY(rc);
    strbuf_add(&call->out, S("{\"filter_id\":"));
    strbuf_add_json(&call->out, id);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc get_filter(struct call *call)
{
    str filter;
    TRY(call_self(call, call->params[0]));
    enum rc rc = filters_get(call->tx, call->who.user_nid, call->params[1], &filter);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no filter of that id.");
    TRY(rc);
    strbuf_add(&call->out, filter);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "defineFilter",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/user/{userId}/filter",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_SERVICE,
     .run = post_filter},
    {.name = "getFilter",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/user/{userId}/filter/{filterId}",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_filter},
};

extern const struct endpoint_module filter_module;
const struct endpoint_module filter_module = ENDPOINT_MODULE(endpoints);
