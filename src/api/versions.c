/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Server Discovery": versions and the well-known files. */
#include "api/call.h"
#include "api/server.h"

static enum rc get_versions(struct call *call)
{
    strbuf_add(
        &call->out,
        S("{\"versions\":[\"r0.6.1\",\"v1.1\",\"v1.2\",\"v1.3\",\"v1.4\",\"v1.5\",\"v1.6\",\"v1.7\",\"v1.8\",\"v1.9\","
          "\"v1.10\",\"v1.11\",\"v1.12\",\"v1.13\",\"v1.14\",\"v1.15\",\"v1.16\",\"v1.17\",\"v1.18\",\"v1.19\"],"
          "\"unstable_features\":{\"org.matrix.msc3814\":true,\"org.matrix.msc4140\":true,\"org.matrix.simplified_"
          "msc3575\":true,"
          "\"uk.half-shot.msc2666.query_mutual_rooms\":true"));
    if (call->server->presence)
        strbuf_add(&call->out, S(",\"org.matrix.msc3026.busy_presence\":true"));
    strbuf_add(&call->out, S("}}"));
    return RC_OK;
}

static enum rc get_client(struct call *call)
{
    strbuf_add(&call->out, S("{\"m.homeserver\":{\"base_url\":"));
    strbuf_add_json(&call->out, call->server->config->server.public_url);
    strbuf_add(&call->out, S("}}"));
    return RC_OK;
}

static void add_contact(struct strbuf *out, const char *role, str email)
{
    if (!email.len)
        return;
    if (out->ptr[out->len - 1] != '[')
        strbuf_add_char(out, ',');
    strbuf_printf(out, "{\"role\":\"%s\",\"email_address\":", role);
    strbuf_add_json(out, email);
    strbuf_add_char(out, '}');
}

static enum rc get_support(struct call *call)
{
    const struct config *config = call->server->config;
    if (!config->operator.email.len && !config->operator.officer_email.len)
        return call_fail(call, 404, "M_NOT_FOUND", "The people who run this server have not said how to reach them.");
    strbuf_add(&call->out, S("{\"contacts\":["));
    add_contact(&call->out, "m.role.admin", config->operator.email);
    add_contact(&call->out, "org.parley.role.data_protection", config->operator.officer_email);
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    PUBLIC_GET("getVersions", "/_matrix/client/versions", get_versions),
    PUBLIC_GET("getWellknown", "/.well-known/matrix/client", get_client),
    PUBLIC_GET("getWellknownSupport", "/.well-known/matrix/support", get_support),
};

extern const struct endpoint_module versions_module;
const struct endpoint_module versions_module = ENDPOINT_MODULE(endpoints);
