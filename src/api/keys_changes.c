/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "End-to-End Encryption": GET /keys/changes. */
#include "api/call.h"
#include "api/server.h"
#include "sync/device_lists.h"
#include "sync/token.h"

static enum rc read_token(struct call *call, const char *name, struct sync_token *ret_token)
{
    str text = call_query(call, name);
    if (!text.len)
        return call_fail(call, 400, "M_MISSING_PARAM", "from and to say between which tokens of /sync.");
    if (sync_token_parse(text, call->server->boot, ret_token) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", "from and to must be tokens this server gave out.");
    return RC_OK;
}

/* Up to now, whatever `to` says: of a change since then, all that is known is that it was the newest. */
static enum rc get_changes(struct call *call)
{
    struct sync_token from, to;
    struct device_lists lists;
    TRY(read_token(call, "from", &from));
    TRY(read_token(call, "to", &to));
    const struct device_lists_question question = {
        .tx = call->tx, .user = call->who.user, .from = from.pos, .to = tx_pos(call->tx)};
    TRY(device_lists_find(&question, &lists));
    device_lists_add(&call->out, &lists);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getKeysChanges",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/keys/changes",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .service = SERVICE_NAMED,
     .purpose = PURPOSE_MESSAGING,
     .run = get_changes},
};

extern const struct endpoint_module keys_changes_module;
const struct endpoint_module keys_changes_module = ENDPOINT_MODULE(endpoints);
