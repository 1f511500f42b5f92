/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /policy/receipt: a page that checks a receipt in the browser (obligations 0.2, 1.17). Its files are policy/pages/. */
#include "api/call.h"

extern const unsigned char receipt_page_html[], receipt_page_js[];
extern const size_t receipt_page_html_len, receipt_page_js_len;

static void add_common_headers(struct call *call)
{
    call_header(call, S("X-Content-Type-Options"), S("nosniff"));
    call_header(call, S("Referrer-Policy"), S("no-referrer"));
    call_header(call, S("Cache-Control"), S("no-cache"));
}

static enum rc get_page(struct call *call)
{
    call->content_type = S("text/html; charset=utf-8");
    call_header(call, S("Content-Security-Policy"),
                S("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; "
                  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
    add_common_headers(call);
    strbuf_add(&call->out, str_from(receipt_page_html, receipt_page_html_len));
    return RC_OK;
}

static enum rc get_script(struct call *call)
{
    call->content_type = S("text/javascript; charset=utf-8");
    add_common_headers(call);
    strbuf_add(&call->out, str_from(receipt_page_js, receipt_page_js_len));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyReceiptPage",
     .method = HTTP_GET,
     .path = "/policy/receipt",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_page},
    {.name = "parleyReceiptScript",
     .method = HTTP_GET,
     .path = "/policy/receipt.js",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_script},
};

extern const struct endpoint_module receipt_page_module;
const struct endpoint_module receipt_page_module = ENDPOINT_MODULE(endpoints);
