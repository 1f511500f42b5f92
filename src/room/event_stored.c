/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The short way back from stored bytes. What is stored is canonical, was written by event_text.c and comes out of an
 * authenticated seal: its members stand where they are known to stand. They are found by stepping over the text; no
 * document is made of it, nothing is written or hashed again. The content is parsed only where it tells something of
 * the event.
 */
#include "room/event_private.h"

#include <string.h>

struct scan {
    const char *start, *at, *end;
};

static bool scan_literal(struct scan *scan, str literal)
{
    if ((size_t)(scan->end - scan->at) < literal.len || memcmp(scan->at, literal.ptr, literal.len) != 0)
        return false;
    scan->at += literal.len;
    return true;
}

/* `at` stands behind the opening quote; afterwards behind the closing one. */
static bool scan_to_quote(struct scan *scan)
{
    for (; scan->at < scan->end; scan->at++) {
        if (*scan->at == '\\')
            scan->at++;
        else if (*scan->at == '"')
            return scan->at++, true;
    }
    return false;
}

/* An array or object with all that is in it. */
static bool scan_nested(struct scan *scan, struct span *ret_span)
{
    const char *from = scan->at;
    int depth = 0;
    while (scan->at < scan->end) {
        char c = *scan->at++;
        if (c == '"' && !scan_to_quote(scan))
            return false;
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (depth == 0) {
            *ret_span = (struct span){(size_t)(from - scan->start), (size_t)(scan->at - from)};
            return true;
        }
    }
    return false;
}

static bool scan_integer(struct scan *scan, int64_t *ret_value)
{
    bool negative = scan_literal(scan, S("-"));
    int64_t value = 0;
    const char *from = scan->at;
    for (; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && scan->at - from < 17; scan->at++)
        value = value * 10 + (*scan->at - '0');
    *ret_value = negative ? -value : value;
    return scan->at > from;
}

/* A string without escapes: only such a one is its own value. */
static bool scan_plain(struct scan *scan, size_t *ret_quote, str *ret_value)
{
    *ret_quote = (size_t)(scan->at - scan->start);
    if (!scan_literal(scan, S("\"")))
        return false;
    const char *from = scan->at;
    if (!scan_to_quote(scan))
        return false;
    *ret_value = str_from(from, (size_t)(scan->at - 1 - from));
    return memchr(from, '\\', ret_value->len) == NULL;
}

/* Ids stand in it only for the hash: they are stepped over. */
static bool scan_head(struct scan *scan, struct event_text *text, struct event_parts *parts)
{
    struct span ids;
    return scan_literal(scan, S("{\"auth_events\":")) && scan_nested(scan, &ids)
           && scan_literal(scan, S(",\"content\":")) && scan_nested(scan, &text->content)
           && scan_literal(scan, S(",\"depth\":")) && scan_integer(scan, &parts->depth)
           && scan_literal(scan, S(",\"hashes\":")) && scan_nested(scan, &ids) && scan_literal(scan, S(","));
}

static bool scan_times(struct scan *scan, struct event_text *text, struct event_parts *parts)
{
    struct span ids;
    text->sent.at = (size_t)(scan->at - scan->start);
    if (!scan_literal(scan, S("\"origin_server_ts\":")) || !scan_integer(scan, &parts->origin_server_ts)
        || !scan_literal(scan, S(",")))
        return false;
    text->sent.len = (size_t)(scan->at - scan->start) - text->sent.at;
    return scan_literal(scan, S("\"prev_events\":")) && scan_nested(scan, &ids) && scan_literal(scan, S(","));
}

static bool scan_names(struct scan *scan, struct event_text *text, struct event_parts *parts)
{
    size_t quote;
    if (scan_literal(scan, S("\"redacts\":"))
        && !(scan_plain(scan, &quote, &parts->redacts) && scan_literal(scan, S(","))))
        return false;
    if (scan_literal(scan, S("\"room_id\":"))
        && !(scan_plain(scan, &text->room_id_quote, &parts->room_id) && scan_literal(scan, S(","))))
        return false;
    text->sender_at = (size_t)(scan->at - scan->start);
    if (!scan_literal(scan, S("\"sender\":")) || !scan_plain(scan, &text->sender_quote, &parts->sender)
        || !scan_literal(scan, S(",")))
        return false;
    if (scan_literal(scan, S("\"state_key\":"))
        && !(scan_plain(scan, &text->state_key_quote, &parts->state_key) && scan_literal(scan, S(","))))
        return false;
    return scan_literal(scan, S("\"type\":")) && scan_plain(scan, &text->type_quote, &parts->type)
           && scan_literal(scan, S("}")) && scan->at == scan->end;
}

static bool content_tells(const struct event_parts *parts, str content)
{
    return str_eq(parts->type, S("m.room.member")) || str_eq(parts->type, S("m.room.redaction"))
           || memmem(content.ptr, content.len, "\"m.relates_to\"", 14) != NULL;
}

static bool from_scan(const struct room_version *version, str pdu, str event_id, struct event_text *text,
                      struct arena *arena, struct event **ret_event)
{
    struct event_parts parts = {0};
    struct scan scan = {pdu.ptr, pdu.ptr, pdu.ptr + pdu.len};
    text->pdu = (struct span){0, pdu.len};
    if (!scan_head(&scan, text, &parts) || !scan_times(&scan, text, &parts) || !scan_names(&scan, text, &parts))
        return false;
    str content = str_from(pdu.ptr + text->content.at, text->content.len);
    if (content_tells(&parts, content) && json_parse_object(arena, content, false, &parts.content, NULL) != RC_OK)
        return false;
    *ret_event = event_of_text(version, &parts, text, event_id);
    return true;
}

enum rc event_from_stored(const struct room_version *version, str pdu, str event_id, struct event **ret_event)
{
    if (!event_id.len)
        return RC_CRYPTO;
    struct arena arena = ARENA_INIT;
    struct event_text text = {0};
    strbuf_reserve(&text.buf, 512 + 2 * pdu.len);
    strbuf_add(&text.buf, pdu);
    bool done = from_scan(version, pdu, event_id, &text, &arena, ret_event);
    event_text_fini(&text);
    arena_fini(&arena);
    /* Escapes in a name, or a form this file does not know. */
    return done ? RC_OK : event_from_pdu(version, pdu, event_id, false, ret_event);
}
