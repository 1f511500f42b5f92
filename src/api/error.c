/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The one place where result codes become HTTP statuses and Matrix error codes (spec "Standard error response"). */
#include "api/call_private.h"

struct meaning {
    int status;
    const char *errcode, *text;
};

static const struct meaning meanings[] = {
    [RC_OK] = {500, "M_UNKNOWN", "Internal error."},
    [RC_INVALID] = {400, "M_INVALID_PARAM", "A parameter is not of the form it must have."},
    [RC_BAD_JSON] = {400, "M_BAD_JSON", "The request is not of the shape this operation takes."},
    [RC_NOT_JSON] = {400, "M_NOT_JSON", "The request's body is not JSON."},
    [RC_FORBIDDEN] = {403, "M_FORBIDDEN", "You may not do this."},
    [RC_UNAUTHORIZED] = {401, "M_UNKNOWN_TOKEN", "This access token is not known. Sign in again."},
    [RC_NOT_FOUND] = {404, "M_NOT_FOUND", "There is nothing of that name."},
    [RC_EXISTS] = {409, "M_UNKNOWN", "That exists already."},
    [RC_TOO_LARGE] = {413, "M_TOO_LARGE", "This is larger than the server takes."},
    [RC_LIMITED] = {429, "M_LIMIT_EXCEEDED", "Too many requests. Wait a little."},
    [RC_EXPIRED] = {401, "M_UNKNOWN_TOKEN", "This access token has expired. Refresh it."},
    [RC_UNSUPPORTED] = {400, "M_UNRECOGNIZED", "This server does not support that."},
    [RC_BUSY] = {503, "M_UNKNOWN", "The server is busy. Try again in a moment."},
    [RC_STORE] = {500, "M_UNKNOWN", "The server could not save this; nothing was changed. Try again."},
    [RC_CRYPTO] = {500, "M_UNKNOWN", "The server could not read what it stored."},
    [RC_IO] = {500, "M_UNKNOWN", "The server could not read or write a file."},
    [RC_NOMEM] = {503, "M_UNKNOWN", "The server is out of memory. Try again in a moment."},
    [RC_INTERNAL] = {500, "M_UNKNOWN", "Internal error."},
};

void error_body(struct strbuf *out, const char *errcode, const char *text, str more_members)
{
    strbuf_add(out, S("{\"errcode\":"));
    strbuf_add_json(out, str_of(errcode));
    strbuf_add(out, S(",\"error\":"));
    strbuf_add_json(out, str_of(text));
    if (more_members.len) {
        strbuf_add_char(out, ',');
        strbuf_add(out, more_members);
    }
    strbuf_add_char(out, '}');
}

enum rc call_fail_with(struct call *call, int status, const char *errcode, const char *text, str more_members)
{
    call->p->fail_status = status;
    call->p->fail_code = errcode;
    call->p->fail_text = text;
    call->p->fail_more = more_members;
    return RC_INVALID;
}

enum rc call_fail(struct call *call, int status, const char *errcode, const char *text)
{
    return call_fail_with(call, status, errcode, text, STR_NONE);
}

enum rc call_fail_limited(struct call *call, const char *text, int64_t wait_ms)
{
    call_header(call, S("Retry-After"), arena_printf(call->arena, "%lld", (long long)(wait_ms + 999) / 1000));
    return call_fail_with(call, 429, "M_LIMIT_EXCEEDED", text,
                          arena_printf(call->arena, "\"retry_after_ms\":%lld", (long long)wait_ms));
}

struct error *call_err(struct call *call)
{
    struct call_private *p = call->p;
    if (!p->err)
        p->err = arena_new(call->arena, struct error);
    return p->err;
}

void call_write_error(struct call *call, enum rc rc)
{
    struct call_private *p = call->p;
    strbuf_clear(&call->out);
    call->content_type = STR_NONE;
    call->source = NULL;
    if (p->fail_code) {
        call->status = p->fail_status;
        error_body(&call->out, p->fail_code, p->fail_text, p->fail_more);
        return;
    }
    const struct meaning *meaning = &meanings[(unsigned)rc <= RC_INTERNAL ? rc : RC_INTERNAL];
    /* Words set for the operator stay inside where the server itself is at fault. */
    bool own_words = p->err && p->err->rc == rc && p->err->text[0] && meaning->status < 500;
    call->status = meaning->status;
    error_body(&call->out, meaning->errcode, own_words ? p->err->text : meaning->text,
               rc == RC_EXPIRED ? S("\"soft_logout\":true") : STR_NONE);
}
