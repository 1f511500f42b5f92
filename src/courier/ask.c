/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/ask.h"

#include "json/json.h"

/* The second try is made of what the first was. It lives in its own arena. */
struct asking {
    struct arena arena;
    struct outgoing_client *client;
    struct service_question question;
    struct outgoing_header header;
    str url;
};

static void asking_free(struct asking *asking)
{
    struct arena arena = asking->arena;
    crypto_wipe((char *)asking->header.value.ptr, asking->header.value.len);
    arena_fini(&arena);
}

/* A 404 with another error code is an answer: the address is known, what was asked about is not. */
static bool is_unknown_route(const struct outgoing_answer *answer)
{
    if (answer->outcome != OUTGOING_ANSWERED || (answer->status != 404 && answer->status != 405))
        return false;
    struct arena arena = ARENA_INIT;
    yyjson_val *body;
    str code = STR_NONE;
    bool said = json_parse_object(&arena, answer->body, false, &body, NULL) == RC_OK
                && json_get_str(body, "errcode", &code, NULL) == RC_OK && code.len
                && !str_eq(code, S("M_UNRECOGNIZED"));
    arena_fini(&arena);
    return !said;
}

static void send_to(struct asking *asking, str path, void (*done)(void *ctx, const struct outgoing_answer *answer))
{
    const struct service_question *question = &asking->question;
    struct outgoing_request request = {
        .method = question->method,
        .url = arena_concat(&asking->arena, asking->url, path, STR_NONE),
        .headers = &asking->header,
        .header_count = 1,
        .content_type = question->body.len ? S("application/json") : STR_NONE,
        .body = question->body,
        .timeout_ms = question->timeout_ms,
        .answer_limit = question->answer_limit,
        .done = done,
        .ctx = asking,
    };
    outgoing_send(asking->client, &request);
}

static void on_last(void *ctx, const struct outgoing_answer *answer)
{
    struct asking *asking = ctx;
    asking->question.answered(asking->question.ctx, answer);
    asking_free(asking);
}

static void on_first(void *ctx, const struct outgoing_answer *answer)
{
    struct asking *asking = ctx;
    if (asking->question.legacy.len && is_unknown_route(answer))
        send_to(asking, asking->question.legacy, on_last);
    else
        on_last(ctx, answer);
}

void service_ask(struct outgoing_client *client, const struct appservice *service,
                 const struct service_question *question)
{
    struct arena arena = ARENA_INIT;
    struct asking *asking = arena_new(&arena, struct asking);
    asking->client = client;
    asking->question = *question;
    asking->question.path = arena_dup(&arena, question->path);
    asking->question.legacy = arena_dup(&arena, question->legacy);
    asking->question.body = arena_dup(&arena, question->body);
    asking->url = arena_dup(&arena, service->url);
    asking->header.name = S("Authorization");
    asking->header.value = arena_concat(&arena, S("Bearer "), service->hs_token, STR_NONE);
    asking->arena = arena;
    send_to(asking, asking->question.path, on_first);
}

void ask_add_encoded(struct strbuf *out, str text)
{
    static const char plain[] = "-._~";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool kept =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(plain, c));
        if (kept)
            strbuf_add_char(out, (char)c);
        else
            strbuf_printf(out, "%%%02X", c);
    }
}
