/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/metrics_listener.h"

#include "api/dispatch.h"
#include "api/metrics.h"

static void on_head(void *ctx, struct http_request *request)
{
    (void)ctx;
    request->body_limit = 0;
}

static void on_request(void *ctx, struct http_request *request)
{
    struct strbuf body = STRBUF_INIT;
    struct http_response response = {.status = 200, .content_type = S("text/plain; version=0.0.4; charset=utf-8")};
    if (str_eq(request->path, S("/metrics"))) {
        metrics_write(ctx, &body);
    } else if (str_eq(request->path, S("/health"))) {
        strbuf_add(&body, S("ok\n"));
    } else {
        response.status = 404;
        strbuf_add(&body, S("There is /metrics and /health here.\n"));
    }
    response.body_buf = &body;
    http_reply(request, &response);
}

static void on_gone(void *ctx, struct http_request *request)
{
    (void)ctx;
    (void)request;
}

enum rc metrics_listener_open(struct server *server, struct http_server **ret_http, struct error *err)
{
    const struct config_address *address = &server->config->metrics.address;
    const struct http_listen listen = {address->host, address->port, false};
    const struct http_handler handler = {
        .ctx = server, .on_head = on_head, .on_request = on_request, .on_gone = on_gone, .on_error = dispatch_error};
    struct http_config config = {.listens = &listen, .listen_count = 1, .loops = 1};
    http_limits_default(&config.limits);
    config.limits.connections = 16;
    TRY(http_server_new(server->env, &config, &handler, ret_http, err));
    return http_server_start(*ret_http, err);
}
