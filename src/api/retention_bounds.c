/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the operator has decided of how long messages stay (MSC1763, unstable): clients compute with it. */
#include "api/call.h"
#include "api/server.h"

static void add_span(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key, int64_t ms)
{
    if (ms)
        json_set_i64(doc, object, key, ms);
}

static enum rc get_retention_bounds(struct call *call)
{
    const struct config *config = call->server->config;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *policies = yyjson_mut_obj(doc), *others = yyjson_mut_obj(doc);
    yyjson_mut_val *limits = yyjson_mut_obj(doc), *lifetime = yyjson_mut_obj(doc);
    add_span(doc, others, "max_lifetime", config->rooms.retention_default);
    add_span(doc, lifetime, "min", config->rooms.retention_min);
    add_span(doc, lifetime, "max", config->rooms.retention_max);
    json_set(doc, policies, "*", others);
    json_set(doc, limits, "max_lifetime", lifetime);
    json_set(doc, answer, "policies", policies);
    json_set(doc, answer, "limits", limits);
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "msc1763RetentionConfiguration",
     .method = HTTP_GET,
     .path = "/_matrix/client/unstable/org.matrix.msc1763/retention/configuration",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_retention_bounds},
};

extern const struct endpoint_module retention_bounds_module;
const struct endpoint_module retention_bounds_module = ENDPOINT_MODULE(endpoints);
