/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Server Side Search": POST /search. */
#include "api/search_private.h"

#include <stdio.h>

enum { DEFAULT_CONTEXT = 5 };

static enum rc bad_value(struct call *call, const char *text)
{
    return call_fail(call, 400, "M_INVALID_PARAM", text);
}

/* ---- what is asked for ---- */

static enum rc read_keys(struct call *call, yyjson_val *object, struct search_asked *asked)
{
    static const str names[SEARCH_KEY_COUNT] = {[SEARCH_BODY] = STR_INIT("content.body"),
                                                [SEARCH_NAME] = STR_INIT("content.name"),
                                                [SEARCH_TOPIC] = STR_INIT("content.topic")};
    str *keys;
    size_t count;
    bool present;
    TRY(json_get_strs(call->arena, object, "keys", &keys, &count, &present, call_err(call)));
    if (!present)
        asked->keys = (1u << SEARCH_KEY_COUNT) - 1;
    for (size_t i = 0; i < count; i++) {
        uint32_t key = 0;
        for (int k = 0; k < SEARCH_KEY_COUNT; k++)
            if (str_eq(keys[i], names[k]))
                key = 1u << k;
        if (!key)
            return bad_value(call, "keys must be of content.body, content.name and content.topic.");
        asked->keys |= key;
    }
    return RC_OK;
}

static enum rc read_order(struct call *call, yyjson_val *object, struct search_asked *asked)
{
    str order;
    TRY(json_get_str(object, "order_by", &order, call_err(call)));
    asked->by_rank = !order.ptr || str_eq(order, S("rank"));
    if (!asked->by_rank && !str_eq(order, S("recent")))
        return bad_value(call, "order_by must be rank or recent.");
    return RC_OK;
}

static enum rc read_size(struct call *call, yyjson_val *object, const char *name, size_t *ret_size)
{
    int64_t size;
    TRY(json_get_i64(object, name, DEFAULT_CONTEXT, &size, call_err(call)));
    if (size < 0)
        return bad_value(call, "before_limit and after_limit must not be negative.");
    *ret_size = size < SEARCH_MAX_CONTEXT ? (size_t)size : SEARCH_MAX_CONTEXT;
    return RC_OK;
}

static enum rc read_context_asked(struct call *call, yyjson_val *object, struct search_asked *asked)
{
    yyjson_val *context;
    TRY(json_get_object(object, "event_context", &context, call_err(call)));
    if (!context)
        return RC_OK;
    asked->with_context = true;
    TRY(read_size(call, context, "before_limit", &asked->before));
    TRY(read_size(call, context, "after_limit", &asked->after));
    return json_get_bool(context, "include_profile", false, &asked->with_profiles, call_err(call));
}

static enum rc read_groups(struct call *call, yyjson_val *object, struct search_asked *asked)
{
    yyjson_val *groupings, *by = NULL, *item;
    size_t i, count;
    TRY(json_get_object(object, "groupings", &groupings, call_err(call)));
    if (groupings)
        TRY(json_get_array(groupings, "group_by", &by, call_err(call)));
    yyjson_arr_foreach(by, i, count, item)
    {
        str key = json_str_of(yyjson_obj_get(item, "key"));
        if (str_eq(key, S("room_id")))
            asked->groups |= GROUP_BY_ROOM;
        else if (str_eq(key, S("sender")))
            asked->groups |= GROUP_BY_SENDER;
        else
            return bad_value(call, "group_by takes the keys room_id and sender.");
    }
    return RC_OK;
}

static enum rc read_filter(struct call *call, yyjson_val *object, struct search_asked *asked)
{
    yyjson_val *filter;
    TRY(json_get_object(object, "filter", &filter, call_err(call)));
    TRY(event_filter_parse(call->arena, filter, &asked->filter, call_err(call)));
    size_t limit = (size_t)asked->filter.limit;
    asked->limit = limit > SEARCH_MAX_LIMIT ? SEARCH_MAX_LIMIT : limit ? limit : 1;
    return RC_OK;
}

/* As search_write.c makes them. */
static bool token_parse(str text, struct search_token *ret_token)
{
    str part[6];
    int64_t group;
    for (size_t i = 0; i < 6; i++)
        text = str_split(text, '_', &part[i]);
    if (text.ptr || !str_eq(part[0], S("s1")) || str_to_i64(part[1], &ret_token->upto) != RC_OK
        || str_to_i64(part[2], &ret_token->score) != RC_OK || str_to_i64(part[3], &ret_token->pos) != RC_OK
        || part[4].len != 1 || str_to_i64(part[5], &group) != RC_OK)
        return false;
    ret_token->group = part[4].ptr[0];
    ret_token->group_nid = (uint64_t)group;
    return str_contains(S("ars"), part[4]);
}

static enum rc read_token(struct call *call, struct search_asked *asked)
{
    str text = call_query(call, "next_batch");
    asked->continued = text.len > 0;
    if (asked->continued && !token_parse(text, &asked->from))
        return bad_value(call, "next_batch is not of this server.");
    return RC_OK;
}

static enum rc read_asked(struct call *call, yyjson_val *object, struct search_asked *asked)
{
    str term;
    TRY(json_need_str(object, "search_term", &term, call_err(call)));
    if (term.len > QUERY_MAX_BYTES)
        return bad_value(call, "The search term is too long.");
    query_parse(call->arena, term, &asked->query);
    TRY(read_keys(call, object, asked));
    TRY(read_order(call, object, asked));
    TRY(read_context_asked(call, object, asked));
    TRY(read_groups(call, object, asked));
    TRY(read_filter(call, object, asked));
    TRY(json_get_bool(object, "include_state", false, &asked->with_state, call_err(call)));
    return read_token(call, asked);
}

/* ---- the endpoint ---- */

static enum rc write_found(struct call *call, struct search_found *found, void *ctx)
{
    const struct search_asked *asked = ctx;
    struct search_page page;
    TRY(search_page_read(call, asked, found, &page));
    return search_page_write(call, asked, &page);
}

static enum rc post_search(struct call *call)
{
    yyjson_val *categories, *room_events;
    struct search_asked *asked = arena_new(call->arena, struct search_asked);
    TRY(json_need_object(call->body, "search_categories", &categories, call_err(call)));
    TRY(json_get_object(categories, "room_events", &room_events, call_err(call)));
    if (!room_events) {
        strbuf_add(&call->out, S("{\"search_categories\":{}}"));
        return RC_OK;
    }
    TRY(read_asked(call, room_events, asked));
    return search_page_seek(call, asked, write_found);
}

static const struct endpoint endpoints[] = {
    {.name = "search",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/search",
     .auth = AUTH_USER,
     .exec = EXEC_PARK,
     .rate = RATE_SEARCH,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = post_search},
};

extern const struct endpoint_module search_module;
const struct endpoint_module search_module = ENDPOINT_MODULE(endpoints);
