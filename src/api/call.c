/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What handlers use of a call: query, answer, and the look-ups most of them begin with. */
#include "api/call_private.h"
#include "api/router.h"
#include "api/server.h"

enum { MAX_QUERY_PAIRS = 64 };

static size_t count_pairs(str query)
{
    size_t count = 1;
    for (size_t i = 0; i < query.len; i++)
        count += query.ptr[i] == '&';
    return count < MAX_QUERY_PAIRS ? count : MAX_QUERY_PAIRS;
}

static void query_parse(struct call *call)
{
    struct call_private *p = call->p;
    p->query_parsed = true;
    str rest = call->http->query, pair, name, value;
    if (rest.len == 0)
        return;
    size_t most = count_pairs(rest);
    p->query = arena_array(call->arena, struct query_pair, most);
    while (rest.ptr && p->query_count < most) {
        rest = str_split(rest, '&', &pair);
        value = str_split(pair, '=', &name);
        struct query_pair *slot = &p->query[p->query_count];
        if (name.len == 0)
            continue;
        if (percent_decode(call->arena, name, true, &slot->name)
            || percent_decode(call->arena, value.ptr ? value : S(""), true, &slot->value))
            continue; /* cannot be: the dispatcher has decoded the whole */
        p->query_count++;
    }
}

str call_query(struct call *call, const char *name)
{
    struct call_private *p = call->p;
    if (!p->query_parsed)
        query_parse(call);
    for (size_t i = 0; i < p->query_count; i++)
        if (str_eq(p->query[i].name, str_of(name)))
            return p->query[i].value;
    return STR_NONE;
}

str call_form_value(struct call *call, const char *name)
{
    for (str rest = call->http->body, pair, key, value; rest.ptr;) {
        rest = str_split(rest, '&', &pair);
        str raw = str_split(pair, '=', &key);
        if (str_eq(key, str_of(name)) && raw.ptr && percent_decode(call->arena, raw, true, &value) == RC_OK)
            return value;
    }
    return STR_NONE;
}

bool call_query_at(struct call *call, size_t i, str *ret_name, str *ret_value)
{
    struct call_private *p = call->p;
    if (!p->query_parsed)
        query_parse(call);
    if (i >= p->query_count)
        return false;
    *ret_name = p->query[i].name;
    *ret_value = p->query[i].value;
    return true;
}

enum rc call_query_i64(struct call *call, const char *name, int64_t fallback, int64_t min, int64_t max, int64_t *ret)
{
    str text = call_query(call, name);
    int64_t value = fallback;
    if (text.ptr && (str_to_i64(text, &value) || value < min || value > max))
        return error_set(call_err(call), RC_INVALID, "%s must be a number from %lld to %lld", name, (long long)min,
                         (long long)max);
    *ret = value;
    return RC_OK;
}

enum rc call_query_bool(struct call *call, const char *name, bool fallback, bool *ret)
{
    str text = call_query(call, name);
    if (!text.ptr)
        *ret = fallback;
    else if (str_eq(text, S("true")))
        *ret = true;
    else if (str_eq(text, S("false")))
        *ret = false;
    else
        return error_set(call_err(call), RC_INVALID, "%s must be true or false", name);
    return RC_OK;
}

void call_header(struct call *call, str name, str value)
{
    if (!call->headers)
        call->headers = arena_array(call->arena, struct http_header, CALL_MAX_HEADERS);
    if (call->header_count < CALL_MAX_HEADERS)
        call->headers[call->header_count++] = (struct http_header){name, value};
}

void call_reply_json(struct call *call, yyjson_mut_val *value)
{
    strbuf_clear(&call->out);
    strbuf_add(&call->out, json_mut_text(call->arena, value));
}

int64_t call_now_ms(struct call *call)
{
    return env_now_ms(call->server->env);
}

enum rc call_joined_room(struct call *call, str room_id, const struct room **ret_room)
{
    const struct room *room;
    enum rc rc = rooms_find(call->tx, room_id, &room);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && room_state_membership(room->state, call->who.user_id) != MEMBERSHIP_JOIN))
        return call_fail(call, 403, "M_FORBIDDEN", "You are not in this room.");
    if (rc == RC_OK)
        *ret_room = room;
    return rc;
}

enum rc call_self(struct call *call, str user_id)
{
    if (str_eq(user_id, call->who.user_id))
        return RC_OK;
    return call_fail(call, 403, "M_FORBIDDEN", "You can only do this for your own account.");
}
