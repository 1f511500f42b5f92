/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "tokens.h"

#include <ctype.h>

struct reader {
    struct tokens *tokens;
    str source;
    size_t at;
    int line;
    bool is_web;
};

static char peek(const struct reader *reader, size_t ahead)
{
    return reader->at + ahead < reader->source.len ? reader->source.ptr[reader->at + ahead] : '\0';
}

static char next(struct reader *reader)
{
    char c = peek(reader, 0);
    reader->at++;
    reader->line += c == '\n';
    return c;
}

static bool at_end(const struct reader *reader)
{
    return reader->at >= reader->source.len;
}

static void push(struct reader *reader, enum token_kind kind, size_t from, size_t to, int line)
{
    struct token token = {kind, str_from(reader->source.ptr + from, to - from), line};
    vec_push(&reader->tokens->list, token);
}

static void skip_line(struct reader *reader, bool continued)
{
    while (!at_end(reader)) {
        bool escaped = peek(reader, 0) == '\\' && peek(reader, 1) == '\n';
        if (next(reader) == '\n')
            return;
        if (continued && escaped)
            next(reader);
    }
}

static void skip_comment(struct reader *reader)
{
    next(reader);
    next(reader);
    while (!at_end(reader) && !(peek(reader, 0) == '*' && peek(reader, 1) == '/'))
        next(reader);
    next(reader);
    next(reader);
}

/* A literal between two quotes; one that does not end on its line is none (an apostrophe in JSX). */
static void take_quoted(struct reader *reader)
{
    int line = reader->line;
    char quote = next(reader);
    size_t from = reader->at;
    while (!at_end(reader) && peek(reader, 0) != quote && peek(reader, 0) != '\n') {
        if (peek(reader, 0) == '\\')
            next(reader);
        next(reader);
    }
    if (peek(reader, 0) == quote) {
        push(reader, TOKEN_STRING, from, reader->at, line);
        next(reader);
    }
}

static void take_template(struct reader *reader)
{
    int line = reader->line, depth = 0;
    next(reader);
    size_t from = reader->at;
    while (!at_end(reader) && (depth > 0 || peek(reader, 0) != '`')) {
        char c = next(reader);
        if (c == '\\')
            next(reader);
        depth += c == '$' && peek(reader, 0) == '{';
        depth -= c == '}' && depth > 0;
    }
    push(reader, TOKEN_TEMPLATE, from, reader->at, line);
    next(reader);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static void take_word(struct reader *reader)
{
    size_t from = reader->at;
    while (is_word(peek(reader, 0)))
        next(reader);
    push(reader, TOKEN_WORD, from, reader->at, reader->line);
}

/* A slash after a sign that wants a value begins a regular expression, whose quotes are no quotes. */
static bool begins_pattern(const struct reader *reader)
{
    size_t count = reader->tokens->list.count;
    if (!reader->is_web || peek(reader, 0) != '/' || count == 0)
        return false;
    const struct token *last = &reader->tokens->list.items[count - 1];
    return last->kind == TOKEN_SIGN && strchr("(,=:[!&|?;+", last->text.ptr[0]);
}

static void skip_pattern(struct reader *reader)
{
    bool in_class = false;
    next(reader);
    while (!at_end(reader) && peek(reader, 0) != '\n' && (in_class || peek(reader, 0) != '/')) {
        char c = next(reader);
        if (c == '\\')
            next(reader);
        in_class = c == '[' || (in_class && c != ']');
    }
    next(reader);
}

static void take(struct reader *reader)
{
    char c = peek(reader, 0);
    bool line_begins = reader->at == 0 || reader->source.ptr[reader->at - 1] == '\n';
    if (isspace((unsigned char)c)) {
        next(reader);
    } else if (c == '/' && peek(reader, 1) == '*') {
        skip_comment(reader);
    } else if (c == '/' && peek(reader, 1) == '/') {
        skip_line(reader, false);
    } else if (c == '#' && line_begins && !reader->is_web) {
        skip_line(reader, true);
    } else if (begins_pattern(reader)) {
        skip_pattern(reader);
    } else if (c == '"' || c == '\'') {
        take_quoted(reader);
    } else if (c == '`' && reader->is_web) {
        take_template(reader);
    } else if (is_word(c)) {
        take_word(reader);
    } else {
        push(reader, TOKEN_SIGN, reader->at, reader->at + 1, reader->line);
        next(reader);
    }
}

void tokens_init(struct tokens *tokens, str source, bool is_web)
{
    *tokens = (struct tokens){0};
    struct reader reader = {tokens, source, 0, 1, is_web};
    while (!at_end(&reader))
        take(&reader);
}

void tokens_fini(struct tokens *tokens)
{
    vec_fini(&tokens->list);
}

struct token token_at(const struct tokens *tokens, size_t i)
{
    return i < tokens->list.count ? tokens->list.items[i] : (struct token){.kind = TOKEN_END, .text = S("")};
}

bool token_is(const struct tokens *tokens, size_t i, const char *word_or_sign)
{
    struct token token = token_at(tokens, i);
    return (token.kind == TOKEN_WORD || token.kind == TOKEN_SIGN) && str_eq(token.text, str_of(word_or_sign));
}

size_t token_argument(const struct tokens *tokens, size_t i, int argument)
{
    for (int depth = 0; argument > 0 && token_at(tokens, i).kind != TOKEN_END; i++) {
        struct token token = token_at(tokens, i);
        char sign = token.kind == TOKEN_SIGN ? token.text.ptr[0] : '\0';
        if (sign == ')' && depth == 0)
            return tokens->list.count;
        depth += (sign == '(' || sign == '[' || sign == '{') - (sign == ')' || sign == ']' || sign == '}');
        argument -= sign == ',' && depth == 0;
    }
    return i;
}
