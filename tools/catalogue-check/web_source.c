/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the web app keeps in the browser. */
#include "source.h"

static bool is_text(struct token token)
{
    return token.kind == TOKEN_STRING || (token.kind == TOKEN_TEMPLATE && !str_contains(token.text, S("${")));
}

/* Where `first second` stand behind each other; TOKEN_END's place if nowhere. */
static size_t find_pair(const struct source *source, const char *first, str second)
{
    size_t i = 0;
    while (i < source->tokens.list.count
           && !(token_is(&source->tokens, i, first) && str_eq(token_at(&source->tokens, i + 1).text, second)))
        i++;
    return i;
}

/* ---- keys ---- */

/* `prefix${name}suffix`, with name of a type that is a union of literals. */
static bool see_template(const struct source *source, size_t i, str table)
{
    const struct tokens *tokens = &source->tokens;
    str prefix, name, rest = str_split(token_at(tokens, i).text, '$', &prefix), type = STR_NONE;
    str suffix = str_split(str_skip(rest, 1), '}', &name);
    for (size_t at = 0; at < tokens->list.count && !type.ptr; at++)
        if (str_eq(token_at(tokens, at).text, name) && token_is(tokens, at + 1, ":"))
            type = token_at(tokens, at + 2).text;
    size_t at = type.ptr ? find_pair(source, "type", type) + 3 : tokens->list.count;
    if (str_contains(suffix, S("${")) || token_at(tokens, at).kind != TOKEN_STRING)
        return false;
    for (; token_at(tokens, at).kind == TOKEN_STRING; at += 2) {
        str key = arena_concat(&source->census->arena, prefix, token_at(tokens, at).text, suffix.ptr ? suffix : S(""));
        census_seen(source->census, PLACE_BROWSER, table, key, source_place(source, i));
        if (!token_is(tokens, at + 1, "|"))
            break;
    }
    return true;
}

static void see_key(const struct source *source, size_t i, str table)
{
    struct token token = token_at(&source->tokens, i);
    if (token.kind == TOKEN_WORD) { /* const key = "…" */
        size_t at = find_pair(source, "const", token.text);
        if (is_text(token_at(&source->tokens, at + 3)))
            token = token_at(&source->tokens, at + 3);
    }
    if (is_text(token))
        census_seen(source->census, PLACE_BROWSER, table, token.text, source_place(source, i));
    else if (token.kind != TOKEN_TEMPLATE || !see_template(source, i, table))
        source_hides(source, i, "a key of the browser's storage has to be a literal, or made of a union of literals");
}

static void see_storage(const struct source *source, size_t i)
{
    static const char *const keyed[] = {"getItem", "setItem", "removeItem"};
    static const char *const whole[] = {"clear", "key", "length"};
    const struct tokens *tokens = &source->tokens;
    str table = token_at(tokens, i).text;
    for (size_t n = 0; n < 3; n++) {
        if (token_is(tokens, i + 1, ".") && token_is(tokens, i + 2, keyed[n]) && token_is(tokens, i + 3, "(")) {
            see_key(source, i + 4, table);
            return;
        }
        if (token_is(tokens, i + 1, ".") && token_is(tokens, i + 2, whole[n]))
            return;
    }
    source_hides(source, i, "the browser's storage is used by getItem, setItem and removeItem only");
}

/* ---- databases ---- */

/* The members of `interface Type {…}` or of a type written in place; i: behind the opening brace. */
static void see_members(const struct source *source, size_t i, str table)
{
    const struct tokens *tokens = &source->tokens;
    for (int depth = 1; depth > 0 && token_at(tokens, i).kind != TOKEN_END; i++) {
        bool begins = token_is(tokens, i - 1, "{") || token_is(tokens, i - 1, ";") || token_is(tokens, i - 1, ",");
        bool named = token_is(tokens, i + 1, ":") || (token_is(tokens, i + 1, "?") && token_is(tokens, i + 2, ":"));
        if (depth == 1 && begins && named && token_at(tokens, i).kind == TOKEN_WORD)
            census_seen(source->census, PLACE_BROWSER, table, token_at(tokens, i).text, source_place(source, i));
        depth += token_is(tokens, i, "{") - token_is(tokens, i, "}");
    }
}

/* A store's type stands in the database's schema as `store: { key: …; value: Type }`. */
static void see_store(const struct source *source, size_t i)
{
    const struct tokens *tokens = &source->tokens;
    struct token store = token_at(tokens, i);
    if (store.kind != TOKEN_STRING) {
        source_hides(source, i, "the name of an object store has to be a literal");
        return;
    }
    str table = arena_concat(&source->census->arena, S("indexedDB:"), store.text, S(""));
    for (size_t at = 0; at < tokens->list.count; at++) {
        if (!str_eq(token_at(tokens, at).text, store.text) || !token_is(tokens, at + 1, ":")
            || !token_is(tokens, at + 2, "{"))
            continue;
        while (!token_is(tokens, at, "value") && !token_is(tokens, at, "}") && token_at(tokens, at).kind != TOKEN_END)
            at++;
        size_t type =
            token_is(tokens, at + 2, "{") ? at + 3 : find_pair(source, "interface", token_at(tokens, at + 2).text) + 3;
        if (token_is(tokens, at, "value") && token_is(tokens, type - 1, "{")) {
            see_members(source, type, table);
            return;
        }
    }
    source_hides(source, i, "what an object store holds has to be an interface of the same file");
}

/* ---- cookies and caches ---- */

static void see_cookie(const struct source *source, size_t i)
{
    struct token token = token_at(&source->tokens, i);
    str name;
    str_split(token.text, '=', &name);
    if ((token.kind == TOKEN_STRING || token.kind == TOKEN_TEMPLATE) && !str_contains(name, S("${")))
        census_seen(source->census, PLACE_COOKIE, S(""), name, source_place(source, i));
    else
        source_hides(source, i, "a cookie's name has to be a literal");
}

static void see(const struct source *source, size_t i)
{
    const struct tokens *tokens = &source->tokens;
    bool is_storage = token_is(tokens, i, "localStorage") || token_is(tokens, i, "sessionStorage");
    if (is_storage)
        see_storage(source, i);
    if (token_is(tokens, i, "createObjectStore") && token_is(tokens, i + 1, "("))
        see_store(source, i + 2);
    /* The SDK's crypto module makes its own database, with keys in many stores. */
    if (token_is(tokens, i, "initRustCrypto") && token_is(tokens, i + 1, "("))
        census_seen(source->census, PLACE_BROWSER, S("indexedDB:matrix-sdk-crypto"), S("keys"),
                    source_place(source, i));
    if (token_is(tokens, i, "document") && token_is(tokens, i + 2, "cookie") && token_is(tokens, i + 3, "=")
        && !token_is(tokens, i + 4, "="))
        see_cookie(source, i + 4);
    if (token_is(tokens, i, "cookieStore") && token_is(tokens, i + 2, "set") && token_is(tokens, i + 3, "("))
        see_cookie(source, i + 4);
    if (token_is(tokens, i, "caches") && token_is(tokens, i + 2, "open") && token_is(tokens, i + 3, "("))
        see_key(source, i + 4, S("caches"));
}

void census_web_source(struct census *census, str path, str text)
{
    struct source source = {.census = census, .path = path};
    tokens_init(&source.tokens, text, true);
    for (size_t i = 0; i < source.tokens.list.count; i++)
        see(&source, i);
    tokens_fini(&source.tokens);
}
