/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the built-in provider sent, for the operator: only from this machine, only with the key printed at start. */
#include "api/call.h"
#include "api/server.h"
#include "crypto/crypto.h"
#include "notify/file_provider.h"
#include "privacy/policy_text.h"

#include <time.h>

static bool is_loopback(const struct net_address *peer)
{
    static const unsigned char v4_prefix[12] = {[10] = 0xff, [11] = 0xff}, v6_loopback[16] = {[15] = 1};
    if (memcmp(peer->ip, v4_prefix, sizeof v4_prefix) == 0)
        return peer->ip[12] == 127;
    return memcmp(peer->ip, v6_loopback, sizeof v6_loopback) == 0;
}

static enum rc check_operator(struct call *call)
{
    str key = call_query(call, "key");
    if (!is_loopback(&call->http->peer) || !key.ptr || !crypto_equal(key, call->server->operator_key))
        return call_fail(call, 403, "M_FORBIDDEN",
                         "This page opens on the server's own machine, with the key it printed at start.");
    if (!call->server->sent)
        return call_fail(call, 404, "M_NOT_FOUND", "Messages leave through another provider here.");
    call_header(call, S("Cache-Control"), S("no-store"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    return RC_OK;
}

static void add_line(str line, void *ctx)
{
    struct strbuf *out = ctx;
    if (out->ptr[out->len - 1] != '[')
        strbuf_add_char(out, ',');
    strbuf_add(out, line);
}

static enum rc get_json(struct call *call)
{
    TRY(check_operator(call));
    strbuf_add(&call->out, S("{\"messages\":["));
    file_provider_recent(call->server->sent, add_line, &call->out);
    strbuf_add(&call->out, S("]}"));
    return RC_OK;
}

static void add_time(struct strbuf *out, int64_t ts_ms)
{
    char text[32];
    struct tm parts;
    time_t seconds = (time_t)(ts_ms / 1000);
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
    strbuf_add(out, str_of(text));
}

static void add_article(str line, void *ctx)
{
    struct strbuf *out = ctx;
    struct arena arena = ARENA_INIT;
    yyjson_val *message;
    int64_t ts;
    if (json_parse_object(&arena, line, false, &message, NULL) == RC_OK
        && json_get_i64(message, "ts", 0, &ts, NULL) == RC_OK) {
        strbuf_add(out, S("<article><h2>"));
        html_add_escaped(out, json_str_of(yyjson_obj_get(message, "recipient")));
        strbuf_add(out, S("</h2><p class=\"when\">"));
        html_add_escaped(out, json_str_of(yyjson_obj_get(message, "channel")));
        strbuf_add(out, S(" · "));
        add_time(out, ts);
        strbuf_add(out, S("</p><h3>"));
        html_add_escaped(out, json_str_of(yyjson_obj_get(message, "subject")));
        strbuf_add(out, S("</h3><pre>"));
        html_add_escaped(out, json_str_of(yyjson_obj_get(message, "text")));
        strbuf_add(out, S("</pre></article>\n"));
    }
    arena_fini(&arena);
}

static enum rc get_html(struct call *call)
{
    TRY(check_operator(call));
    call->content_type = S("text/html; charset=utf-8");
    call_header(call, S("Content-Security-Policy"),
                S("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"));
    strbuf_add(
        &call->out,
        S("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"3\">"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Parley: outbox</title><style>"
          "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1.5rem}"
          "article{border:1px solid #ccc;border-radius:8px;padding:.8rem 1rem;margin:1rem "
          "0}h2{font-size:1.05rem;margin:0}h3{font-size:1rem;margin:0}h3:empty{display:none}"
          ".when{color:#666;margin:.1rem 0 .6rem;font-size:.9rem}pre{white-space:pre-wrap;font:inherit;margin:0}"
          "</style></head><body><h1>Outbox</h1><p>Messages this server would have sent, newest first.</p>\n"));
    file_provider_recent(call->server->sent, add_article, &call->out);
    strbuf_add(&call->out, S("</body></html>\n"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyOutboxPage",
     .method = HTTP_GET,
     .path = "/_parley/outbox",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_OPERATIONS,
     .run = get_html},
    {.name = "parleyOutboxJson",
     .method = HTTP_GET,
     .path = "/_parley/outbox.json",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_LOGIN,
     .body = BODY_NONE,
     .purpose = PURPOSE_OPERATIONS,
     .run = get_json},
};

extern const struct endpoint_module outbox_page_module;
const struct endpoint_module outbox_page_module = ENDPOINT_MODULE(endpoints);
