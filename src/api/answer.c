/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How answers leave: the headers all of them carry, errors without a call, and the counting. */
#include "api/answer.h"

#include "api/call_private.h"
#include "api/dispatch.h"
#include "api/metrics.h"
#include "api/server.h"
#include "base/log.h"

/* Spec "Web Browser Clients": on every answer, errors included. */
static const struct http_header cors_headers[] = {
    {STR_INIT("Access-Control-Allow-Origin"), STR_INIT("*")},
    {STR_INIT("Access-Control-Allow-Methods"), STR_INIT("GET, POST, PUT, DELETE, OPTIONS")},
    {STR_INIT("Access-Control-Allow-Headers"), STR_INIT("X-Requested-With, Content-Type, Authorization")},
    {STR_INIT("X-Content-Type-Options"), STR_INIT("nosniff")},
    {STR_INIT("Strict-Transport-Security"), STR_INIT("max-age=31536000; includeSubDomains")}, /* last: only over TLS */
};
enum { CORS_HEADERS = sizeof cors_headers / sizeof *cors_headers };

static size_t standard_headers(const struct http_request *request, struct http_header *out)
{
    size_t count = request->tls ? CORS_HEADERS : CORS_HEADERS - 1;
    memcpy(out, cors_headers, count * sizeof *out);
    return count;
}

static void call_answer(struct call *call)
{
    struct http_header headers[CORS_HEADERS + CALL_MAX_HEADERS];
    size_t count = standard_headers(call->http, headers);
    if (call->header_count)
        memcpy(headers + count, call->headers, call->header_count * sizeof *headers);
    count += call->header_count;

    bool bare = call->out.len == 0 && !call->content_type.ptr && !call->source;
    if (bare && call->status != 204 && call->status != 304)
        strbuf_add(&call->out, S("{}"));
    struct http_response response = {
        .status = call->status,
        .content_type = call->content_type.ptr ? call->content_type : S("application/json"),
        .headers = headers,
        .header_count = count,
        .body_buf = call->source ? NULL : &call->out,
        .source = call->source,
        .source_length = call->source_length,
    };
    metrics_count(call->server, call->p->route_index, call->status, call->p->started_us);
    http_reply(call->http, &response);
}

void call_finish(struct call *call, enum rc rc)
{
    if (rc != RC_OK)
        call_write_error(call, rc);
    if (call->status >= 500)
        log_event(LOG_ERROR, "request failed", LOG_TEXT("endpoint", call->endpoint->name),
                  LOG_INT("status", call->status), LOG_TEXT("rc", rc_name(rc)), LOG_ERROR_TEXT(call_err(call)));
    call_answer(call);
}

/* An answer without a call: no endpoint stands behind it. */
static void answer_plain(struct http_request *request, int status, const char *errcode, const char *text, str allowed)
{
    struct http_header headers[CORS_HEADERS + 1];
    struct strbuf body = STRBUF_INIT;
    size_t count = standard_headers(request, headers);
    if (errcode)
        error_body(&body, errcode, text, STR_NONE);
    if (allowed.len)
        headers[count++] = (struct http_header){S("Allow"), allowed};
    struct http_response response = {
        .status = status,
        .content_type = errcode ? S("application/json") : STR_NONE,
        .headers = headers,
        .header_count = count,
        .body_buf = &body,
    };
    http_reply(request, &response);
}

void answer_error(struct http_request *request, int status, const char *errcode, const char *text)
{
    answer_plain(request, status, errcode, text, STR_NONE);
}

void answer_wrong_method(struct http_request *request, str allowed)
{
    answer_plain(request, 405, "M_UNRECOGNIZED", "This address does not take that method.", allowed);
}

void dispatch_error(void *ctx, int status, struct http_response *ret_response)
{
    (void)ctx;
    ret_response->content_type = S("application/json");
    ret_response->headers = cors_headers;
    ret_response->header_count = CORS_HEADERS - 1;
    ret_response->body =
        status == 413   ? S("{\"errcode\":\"M_TOO_LARGE\",\"error\":\"This is larger than the server takes.\"}")
        : status == 503 ? S("{\"errcode\":\"M_UNKNOWN\",\"error\":\"The server is busy. Try again in a moment.\"}")
        : status == 408 ? S("{\"errcode\":\"M_UNKNOWN\",\"error\":\"The request took too long to arrive.\"}")
                        : S("{\"errcode\":\"M_UNRECOGNIZED\",\"error\":\"This is not a well-formed HTTP request.\"}");
}
