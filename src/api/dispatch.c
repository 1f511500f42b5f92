/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/dispatch.h"

#include "api/answer.h"
#include "api/auth.h"
#include "api/call_private.h"
#include "api/execute.h"
#include "api/limiter.h"
#include "api/metrics.h"
#include "api/on_behalf.h"
#include "api/router.h"
#include "api/site.h"

enum {
    BODY_DEFAULT = 128 * 1024, /* an event of 65,536 bytes in its least compact form is refused in JSON, not by net */
    BODY_UNROUTED = 64 * 1024, /* read and ignored, so that the connection can go on */
    BODY_ANONYMOUS = 1 << 20,  /* larger ones are read only for a caller whose token is good */
};

void dispatch_gone(void *ctx, struct http_request *request)
{
    (void)ctx;
    struct call *call = request->owner;
    /* A call under way is answered to nobody when it comes back; only a parked one has to be let go of. */
    if (call && call->p->parked) {
        call->p->parked = false;
        call->p->on_gone(call, call->p->gone_ctx);
    }
}

/* ---- the head ---- */

static struct call *call_new(struct server *server, struct http_request *request, const struct route *route)
{
    struct call *call = arena_new(request->arena, struct call);
    struct call_private *p = arena_new(request->arena, struct call_private);
    *call = (struct call){
        .arena = request->arena, .server = server, .endpoint = route->endpoint, .http = request, .status = 200, .p = p};
    memcpy(call->params, route->params, sizeof call->params);
    p->call = call;
    p->route_index = route->index;
    p->started_us = metrics_now_us();
    p->act = (struct act){.actor = ACTOR_USER,
                          .purpose = route->endpoint->purpose,
                          .purposes = PURPOSE_BIT(route->endpoint->purpose) | route->endpoint->also,
                          .basis = BASIS_CONTRACT};
    store_read(server->store, loop_index(request->loop), &p->act, request->arena, &p->read_tx);
    call->tx = &p->read_tx;
    return call;
}

static size_t body_limit(struct server *server, const struct endpoint *endpoint)
{
    switch (endpoint->body) {
    case BODY_NONE: return BODY_UNROUTED;
    case BODY_RAW: return endpoint->body_limit ? endpoint->body_limit : (size_t)server->config->media.max_upload_bytes;
    default: return endpoint->body_limit ? endpoint->body_limit : BODY_DEFAULT;
    }
}

void dispatch_head(void *ctx, struct http_request *request)
{
    struct server *server = ctx;
    struct route route;
    request->owner = NULL;
    request->body_limit = BODY_UNROUTED;
    if (router_match(server->router, request->arena, request->method, request->path, &route) != RC_OK) {
        answer_error(request, 400, "M_INVALID_PARAM", "The address is not well-formed.");
        return;
    }
    if (!route.endpoint)
        return;
    /* A parameter that cannot be read must not count as one that was not given. */
    str query;
    if (percent_decode(request->arena, request->query, true, &query) != RC_OK) {
        answer_error(request, 400, "M_INVALID_PARAM", "The query is not well-formed.");
        return;
    }
    struct call *call = call_new(server, request, &route);
    request->owner = call;
    request->body_limit = body_limit(server, route.endpoint);
    if (request->body_limit > BODY_ANONYMOUS) {
        enum rc rc = call_authenticate(call);
        if (rc != RC_OK)
            call_finish(call, rc);
    }
}

/* ---- the whole request ---- */

static bool is_api_path(str path)
{
    return str_starts(path, S("/_matrix/")) || str_starts(path, S("/_synapse/")) || str_starts(path, S("/_parley/"))
           || str_starts(path, S("/.well-known/"));
}

static void serve_unrouted(struct server *server, struct http_request *request)
{
    struct route route;
    if (request->method == HTTP_OPTIONS && is_api_path(request->path)) {
        answer_error(request, 204, NULL, NULL);
        return;
    }
    if (!is_api_path(request->path) && site_serve(server->site, request))
        return;
    bool known = router_match(server->router, request->arena, request->method, request->path, &route) == RC_OK
                 && route.path_known;
    if (known)
        answer_wrong_method(request, route.allowed);
    else
        answer_error(request, 404, "M_UNRECOGNIZED", "There is nothing at this address.");
}

static enum rc take_from_limit(struct call *call)
{
    struct server *server = call->server;
    int64_t retry_ms;
    uint64_t who = call->who.user ? call->who.user_nid : limiter_who_address(&call->http->peer);
    if (!server->config->limits.enabled || !on_behalf_is_limited(call)
        || limiter_take(server->limiter, call->endpoint->rate, who, &retry_ms))
        return RC_OK;
    return call_fail_limited(call, "Too many requests. Wait a little, then try again.", retry_ms);
}

static enum rc read_body(struct call *call)
{
    enum endpoint_body kind = call->endpoint->body;
    if (kind == BODY_NONE || kind == BODY_RAW)
        return RC_OK;
    return json_parse_object(call->arena, call->http->body, kind == BODY_JSON_OPTIONAL, &call->body, call_err(call));
}

static enum rc admit(struct call *call)
{
    if (!call->who.user)
        TRY(call_authenticate(call));
    TRY(take_from_limit(call));
    return read_body(call);
}

void dispatch_request(void *ctx, struct http_request *request)
{
    struct call *call = request->owner;
    if (!call) {
        serve_unrouted(ctx, request);
        return;
    }
    enum rc rc = admit(call);
    if (rc != RC_OK)
        call_finish(call, rc);
    else
        call_execute(call);
}
