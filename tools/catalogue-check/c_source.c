/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Log fields, headers and cookies of the server. */
#include "source.h"

#include <ctype.h>

static bool is_file(const struct source *source, const char *path)
{
    return str_eq(source->path, str_of(path));
}

/* "x" itself, S("x") or STR_INIT("x"). */
static bool literal(const struct source *source, size_t i, str *ret_text)
{
    const struct tokens *tokens = &source->tokens;
    if ((token_is(tokens, i, "S") || token_is(tokens, i, "STR_INIT")) && token_is(tokens, i + 1, "("))
        i += 2;
    *ret_text = token_at(tokens, i).text;
    return token_at(tokens, i).kind == TOKEN_STRING;
}

/* ---- log ---- */

static void see_log(const struct source *source, size_t i)
{
    const struct tokens *tokens = &source->tokens;
    str name;
    if (token_is(tokens, i, "LOG_ERROR_TEXT"))
        census_seen(source->census, PLACE_LOG, S(""), S("error"), source_place(source, i));
    else if (literal(source, i + 2, &name))
        census_seen(source->census, PLACE_LOG, S(""), name, source_place(source, i));
    else
        source_hides(source, i, "a log field's name has to be a literal");
}

/* ---- headers and cookies ---- */

static str lower(struct arena *arena, str s)
{
    char *copy = arena_cstr(arena, s);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = (char)tolower((unsigned char)copy[i]);
    return str_from(copy, s.len);
}

/* The cookie's name is what stands before the first = of the value's first literal. */
static void see_cookie(const struct source *source, size_t i)
{
    for (size_t end = i + 12; i < end && token_at(&source->tokens, i).kind != TOKEN_END; i++) {
        str text = token_at(&source->tokens, i).text, name;
        if (token_at(&source->tokens, i).kind != TOKEN_STRING || str_find_char(text, '=') == text.len)
            continue;
        str_split(text, '=', &name);
        census_seen(source->census, PLACE_COOKIE, S(""), name, source_place(source, i));
        return;
    }
    source_hides(source, i, "a cookie's name has to be a literal");
}

static void see_header(const struct source *source, size_t i)
{
    str name;
    if (!literal(source, i, &name)) {
        source_hides(source, i, "a header's name has to be a literal");
        return;
    }
    name = lower(&source->census->arena, name);
    if (str_eq(name, S("set-cookie")))
        see_cookie(source, token_argument(&source->tokens, i, 1));
    else
        census_seen(source->census, PLACE_HEADER, S(""), name, source_place(source, i));
}

/* Functions that pass on a name they were given, and their declarations. */
static bool is_passed_on(const struct source *source, size_t argument)
{
    return token_is(&source->tokens, argument, "str") || token_is(&source->tokens, argument, "response");
}

static void see_header_argument(const struct source *source, size_t i)
{
    size_t argument = token_argument(&source->tokens, i + 2, 1);
    if (!is_passed_on(source, argument))
        see_header(source, argument);
}

/* headers[i].name, S("host") */
static void see_header_compared(const struct source *source, size_t i)
{
    const struct tokens *tokens = &source->tokens;
    while (!token_is(tokens, i, "]") && token_at(tokens, i).kind != TOKEN_END)
        i++;
    if (token_is(tokens, i + 1, ".") && token_is(tokens, i + 2, "name") && token_is(tokens, i + 3, ",")
        && token_is(tokens, i + 4, "S"))
        see_header(source, i + 4);
}

/* (struct http_header){S("X"), …} and struct http_header x[] = {{STR_INIT("X"), …}, …}. */
static void see_header_value(const struct source *source, size_t i)
{
    const struct tokens *tokens = &source->tokens;
    if (token_is(tokens, i + 2, ")") && token_is(tokens, i + 3, "{")) {
        /* What came in with a request, and what call_header() was given. */
        if (!is_file(source, "src/net/parse.c") && !is_file(source, "src/api/call.c"))
            see_header(source, i + 4);
        return;
    }
    size_t at = i + 2;
    while (at < i + 10 && !token_is(tokens, at, "=") && !token_is(tokens, at, ";"))
        at++;
    if (!token_is(tokens, at, "=") || !token_is(tokens, at + 1, "{"))
        return;
    for (int depth = 1; at += 1, depth > 0 && token_at(tokens, at).kind != TOKEN_END;) {
        if (token_is(tokens, at + 1, "{") && depth++ == 1)
            see_header(source, at + 2);
        depth -= token_is(tokens, at + 1, "}");
    }
}

/* "Content-Length: " as text, which only net writes. */
static void see_header_text(const struct source *source, size_t i)
{
    str text = token_at(&source->tokens, i).text, name;
    str rest = str_split(text, ':', &name);
    bool is_name = name.len > 1 && isupper((unsigned char)name.ptr[0]) && str_starts(rest, S(" "));
    for (size_t c = 0; c < name.len; c++)
        is_name &= isalpha((unsigned char)name.ptr[c]) || name.ptr[c] == '-';
    if (is_name)
        census_seen(source->census, PLACE_HEADER, S(""), lower(&source->census->arena, name), source_place(source, i));
}

static void see(const struct source *source, size_t i)
{
    static const char *const with_name[] = {"http_request_header", "last_header", "call_header", "add_header"};
    const struct tokens *tokens = &source->tokens;
    bool is_call = token_is(tokens, i + 1, "(");
    bool is_log =
        token_is(tokens, i, "LOG_INT") || token_is(tokens, i, "LOG_TEXT") || token_is(tokens, i, "LOG_ERROR_TEXT");
    if (is_log && is_call)
        see_log(source, i);
    for (size_t n = 0; n < sizeof with_name / sizeof *with_name; n++)
        if (is_call && token_is(tokens, i, with_name[n]))
            see_header_argument(source, i);
    if (token_is(tokens, i, "headers") && token_is(tokens, i + 1, "["))
        see_header_compared(source, i + 1);
    if (token_is(tokens, i, "struct") && token_is(tokens, i + 1, "http_header"))
        see_header_value(source, i);
    if (token_is(tokens, i, "struct") && token_is(tokens, i + 1, "log_field"))
        source_hides(source, i, "a log field, made by LOG_INT or LOG_TEXT, has to be a literal");
    if (token_at(tokens, i).kind == TOKEN_STRING && str_starts(source->path, S("src/net/")))
        see_header_text(source, i);
}

void census_c_source(struct census *census, str path, str text)
{
    struct source source = {.census = census, .path = path};
    if (str_starts(path, S("src/base/log."))) /* where log fields are made */
        return;
    tokens_init(&source.tokens, text, false);
    for (size_t i = 0; i < source.tokens.list.count; i++)
        see(&source, i);
    tokens_fini(&source.tokens);
}
