/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Third-party Networks": thirdparty/…, as the application services that have a protocol answer it. One that
 * does not answer, or not as it should, is left out. */
#include "api/server.h"
#include "api/service_round.h"
#include "courier/lookup.h"

enum { LOOKUP_TIMEOUT_MS = 10 * 1000, MOST_QUERY_BYTES = 4096 };

#define APP_PATH "/_matrix/app/v1/thirdparty/"
#define LEGACY_PATH "/_matrix/app/unstable/thirdparty/"

static const struct appservices *services_of(const struct call *call)
{
    return appservice_registry_now(call->server->appservices);
}

/* what is "protocol", "user" or "location"; below may be empty. The query goes along as it is given. */
static str address(struct call *call, const char *before, const char *what, str below, str query)
{
    struct strbuf buf = STRBUF_INIT;
    strbuf_printf(&buf, "%s%s", before, what);
    if (below.len) {
        strbuf_add_char(&buf, '/');
        ask_add_encoded(&buf, below);
    }
    strbuf_add(&buf, query);
    str text = strbuf_to_arena(&buf, call->arena);
    strbuf_fini(&buf);
    return text;
}

static void add(struct call *call, struct service_round *round, const struct appservice *service, const char *what,
                str below, str query, str note)
{
    struct service_question question = {
        .method = OUTGOING_GET,
        .path = address(call, APP_PATH, what, below, query),
        .legacy = address(call, LEGACY_PATH, what, below, query),
        .timeout_ms = LOOKUP_TIMEOUT_MS,
        .answer_limit = LOOKUP_ANSWER_LIMIT,
    };
    if (service->url.len)
        round_add(round, service, &question, note);
}

static enum rc nothing_found(struct call *call)
{
    return call_fail(call, 404, "M_NOT_FOUND", "There is nothing of that name.");
}

/* ---- protocols ---- */

static void add_protocol(struct call *call, struct service_round *round, const struct appservice *service, str protocol)
{
    add(call, round, service, "protocol", protocol, STR_NONE, protocol);
}

static enum rc merge_one(struct call *call, const struct service_answer *answer, yyjson_mut_doc *doc,
                         yyjson_mut_val *protocols)
{
    yyjson_mut_val *known = yyjson_mut_obj_getn(protocols, answer->note.ptr, answer->note.len), *protocol = known;
    if (!service_answer_is_good(answer))
        return RC_OK;
    if (lookup_merge_protocol(call->arena, answer->body, answer->service, doc, &protocol) == RC_OK && !known)
        yyjson_mut_obj_add(protocols, json_mut_str(doc, answer->note), protocol);
    return RC_OK;
}

static enum rc on_protocols(struct call *call, const struct service_answer *answers, size_t count)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *protocols = yyjson_mut_obj(doc);
    for (size_t i = 0; i < count; i++)
        TRY(merge_one(call, &answers[i], doc, protocols));
    call_reply_json(call, protocols);
    return RC_OK;
}

static enum rc get_protocols(struct call *call)
{
    const struct appservices *services = services_of(call);
    struct service_round *round = round_new(call, on_protocols);
    for (size_t i = 0; i < services->count; i++)
        for (size_t k = 0; k < services->items[i]->protocol_count; k++)
            add_protocol(call, round, services->items[i], services->items[i]->protocols[k]);
    return round_run(round);
}

static enum rc on_protocol(struct call *call, const struct service_answer *answers, size_t count)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *protocols = yyjson_mut_obj(doc);
    for (size_t i = 0; i < count; i++)
        TRY(merge_one(call, &answers[i], doc, protocols));
    yyjson_mut_val *protocol = yyjson_mut_obj_getn(protocols, call->params[0].ptr, call->params[0].len);
    if (!protocol)
        return nothing_found(call);
    call_reply_json(call, protocol);
    return RC_OK;
}

static enum rc get_protocol(struct call *call)
{
    const struct appservices *services = services_of(call);
    struct service_round *round = round_new(call, on_protocol);
    for (size_t i = 0; i < services->count; i++)
        if (appservice_has_protocol(services->items[i], call->params[0]))
            add_protocol(call, round, services->items[i], call->params[0]);
    return round_run(round);
}

/* ---- people and locations ---- */

static enum rc reply_items(struct call *call, const struct service_answer *answers, size_t count, enum lookup_kind kind)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < count; i++)
        if (service_answer_is_good(&answers[i])
            && lookup_add_items(call->arena, answers[i].body, kind, doc, list) != RC_OK)
            continue;
    if (!yyjson_mut_arr_size(list))
        return nothing_found(call);
    call_reply_json(call, list);
    return RC_OK;
}

static enum rc on_users(struct call *call, const struct service_answer *answers, size_t count)
{
    return reply_items(call, answers, count, LOOKUP_USERS);
}

static enum rc on_locations(struct call *call, const struct service_answer *answers, size_t count)
{
    return reply_items(call, answers, count, LOOKUP_LOCATIONS);
}

/* The fields somebody is looked for by; what is the request's own is not the service's to see. */
static enum rc read_fields(struct call *call, str *ret_query)
{
    static const str own[] = {STR_INIT("access_token"), STR_INIT("user_id"), STR_INIT("device_id"),
                              STR_INIT("org.matrix.msc3202.device_id")};
    struct strbuf buf = STRBUF_INIT;
    str name, value;
    for (size_t i = 0; call_query_at(call, i, &name, &value); i++) {
        bool is_own = false;
        for (size_t k = 0; k < sizeof own / sizeof *own; k++)
            is_own |= str_eq(name, own[k]);
        if (is_own)
            continue;
        strbuf_add_char(&buf, buf.len ? '&' : '?');
        ask_add_encoded(&buf, name);
        strbuf_add_char(&buf, '=');
        ask_add_encoded(&buf, value);
    }
    *ret_query = strbuf_to_arena(&buf, call->arena);
    strbuf_fini(&buf);
    if (ret_query->len > MOST_QUERY_BYTES)
        return call_fail(call, 400, "M_INVALID_PARAM", "Too much is asked for at once.");
    return RC_OK;
}

static enum rc by_protocol(struct call *call, const char *what, round_then then)
{
    const struct appservices *services = services_of(call);
    str query;
    TRY(read_fields(call, &query));
    struct service_round *round = round_new(call, then);
    for (size_t i = 0; i < services->count; i++)
        if (appservice_has_protocol(services->items[i], call->params[0]))
            add(call, round, services->items[i], what, call->params[0], query, STR_NONE);
    return round_run(round);
}

static enum rc get_users(struct call *call)
{
    return by_protocol(call, "user", on_users);
}

static enum rc get_locations(struct call *call)
{
    return by_protocol(call, "location", on_locations);
}

/* Only the services whose namespaces the id is in: it is nobody else's business who was looked for. */
static enum rc by_id(struct call *call, const char *what, const char *name,
                     bool (*owns)(const struct appservice *service, str id), round_then then)
{
    const struct appservices *services = services_of(call);
    str id = call_query(call, name);
    if (!id.len || id.len > MOST_QUERY_BYTES / 4)
        return nothing_found(call);
    struct strbuf buf = STRBUF_INIT;
    strbuf_printf(&buf, "?%s=", name);
    ask_add_encoded(&buf, id);
    str query = strbuf_to_arena(&buf, call->arena);
    strbuf_fini(&buf);
    struct service_round *round = round_new(call, then);
    for (size_t i = 0; i < services->count; i++)
        if (services->items[i]->protocol_count && owns(services->items[i], id))
            add(call, round, services->items[i], what, STR_NONE, query, STR_NONE);
    return round_run(round);
}

static enum rc get_users_by_id(struct call *call)
{
    return by_id(call, "user", "userid", appservice_owns_user, on_users);
}

static enum rc get_locations_by_alias(struct call *call)
{
    return by_id(call, "location", "alias", appservice_owns_alias, on_locations);
}

#define THIRD_PARTY_GET(operation, address, handler)                                                                   \
    {                                                                                                                  \
        .name = (operation), .method = HTTP_GET, .path = "/_matrix/client/v3/thirdparty/" address, .auth = AUTH_USER,  \
        .exec = EXEC_PARK, .rate = RATE_WRITE, .body = BODY_NONE, .purpose = PURPOSE_SERVICE, .run = (handler)         \
    }

static const struct endpoint endpoints[] = {
    THIRD_PARTY_GET("getProtocols", "protocols", get_protocols),
    THIRD_PARTY_GET("getProtocolMetadata", "protocol/{protocol}", get_protocol),
    THIRD_PARTY_GET("queryUserByProtocol", "user/{protocol}", get_users),
    THIRD_PARTY_GET("queryUserByID", "user", get_users_by_id),
    THIRD_PARTY_GET("queryLocationByProtocol", "location/{protocol}", get_locations),
    THIRD_PARTY_GET("queryLocationByAlias", "location", get_locations_by_alias),
};

extern const struct endpoint_module third_party_module;
const struct endpoint_module third_party_module = ENDPOINT_MODULE(endpoints);
