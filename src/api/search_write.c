/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A page of hits as the answer of POST /search. */
#include "api/search_private.h"
#include "store/search_find.h"

/* ---- context ---- */

struct context {
    struct history_page before, after;
};

static enum rc read_context(struct call *call, const struct search_asked *asked, const struct search_hit *hit,
                            const struct bundle_reader *reader, struct context *ret_context)
{
    struct context context = {.before = {.next = hit->event->pos - 1}, .after = {.next = hit->event->pos}};
    struct history_query query = {.view = hit->view, .reader = reader};
    query.limit = asked->before;
    query.backwards = true;
    query.to = hit->event->pos - 1;
    if (query.limit)
        TRY(history_read(call, &query, &context.before));
    query.limit = asked->after;
    query.backwards = false;
    query.from = hit->event->pos;
    query.to = INT64_MAX;
    if (query.limit)
        TRY(history_read(call, &query, &context.after));
    *ret_context = context;
    return RC_OK;
}

struct profiles {
    struct call *call;
    const struct room *room;
    struct map seen;
    bool more;
};

static void add_profile_field(struct strbuf *out, yyjson_val *content, const char *name, bool *more)
{
    str value = json_str_of(yyjson_obj_get(content, name));
    bool is_picture = name[0] == 'a';
    if (!value.ptr || (is_picture && !str_starts(value, S("mxc://"))))
        return;
    strbuf_printf(out, "%s\"%s\":", *more ? "," : "", name);
    strbuf_add_json(out, value);
    *more = true;
}

/* As they were called when they wrote it (spec: "historic profile information"). */
static enum rc add_profile(struct profiles *profiles, const struct event *event)
{
    struct call *call = profiles->call;
    const struct event *member;
    yyjson_val *content;
    if (map_get_str(&profiles->seen, event->sender))
        return RC_OK;
    map_put_str(&profiles->seen, event->sender, profiles);
    enum rc rc = events_state_at(call->tx, profiles->room, S("m.room.member"), event->sender, event->pos, &member);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(event_content(member, call->arena, &content));
    if (profiles->more)
        strbuf_add_char(&call->out, ',');
    profiles->more = true;
    strbuf_add_json(&call->out, event->sender);
    strbuf_add(&call->out, S(":{"));
    bool more = false;
    add_profile_field(&call->out, content, "displayname", &more);
    add_profile_field(&call->out, content, "avatar_url", &more);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc add_each_profile(struct profiles *profiles, const struct history_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        TRY(add_profile(profiles, page->events[i]));
    return RC_OK;
}

static enum rc add_profiles(struct call *call, const struct search_hit *hit, const struct context *context)
{
    struct profiles profiles = {.call = call, .room = hit->view->room};
    strbuf_add(&call->out, S(",\"profile_info\":{"));
    enum rc rc = add_profile(&profiles, hit->event);
    if (rc == RC_OK)
        rc = add_each_profile(&profiles, &context->before);
    if (rc == RC_OK)
        rc = add_each_profile(&profiles, &context->after);
    map_fini(&profiles.seen);
    strbuf_add_char(&call->out, '}');
    return rc;
}

static enum rc add_context(struct call *call, const struct search_asked *asked, const struct search_hit *hit,
                           const struct bundle_reader *reader)
{
    struct context context;
    struct strbuf *out = &call->out;
    TRY(read_context(call, asked, hit, reader, &context));
    strbuf_add(out, S(",\"context\":{"));
    history_token_add(out, "start", context.before.next);
    strbuf_add_char(out, ',');
    history_token_add(out, "end", context.after.next);
    strbuf_add(out, S(",\"events_before\":"));
    TRY(bundle_add_events(reader, context.before.events, context.before.count, true, out));
    strbuf_add(out, S(",\"events_after\":"));
    TRY(bundle_add_events(reader, context.after.events, context.after.count, true, out));
    if (asked->with_profiles)
        TRY(add_profiles(call, hit, &context));
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* ---- hits ---- */

static enum rc add_hit(struct call *call, const struct search_asked *asked, const struct search_hit *hit)
{
    struct bundle_reader reader;
    TRY(room_view_reader(call, hit->view, true, &reader));
    strbuf_printf(&call->out, "{\"rank\":%lld.%06lld,\"result\":", (long long)(hit->score / 1000000),
                  (long long)(hit->score % 1000000));
    TRY(bundle_add_event(&reader, hit->event, true, &call->out));
    if (asked->with_context)
        TRY(add_context(call, asked, hit, &reader));
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static void add_token(struct call *call, const struct search_page *page, int64_t score, int64_t pos, char group,
                      uint64_t nid)
{
    strbuf_printf(&call->out, "\"next_batch\":\"s1_%lld_%lld_%lld_%c_%llu\"", (long long)page->upto, (long long)score,
                  (long long)pos, group, (unsigned long long)nid);
}

static void add_highlights(struct call *call, const struct search_page *page)
{
    strbuf_add(&call->out, S(",\"highlights\":["));
    for (size_t i = 0; i < page->highlights.count; i++) {
        if (i)
            strbuf_add_char(&call->out, ',');
        strbuf_add_json(&call->out, page->highlights.items[i]);
    }
    strbuf_add_char(&call->out, ']');
}

/* ---- groups ---- */

static str group_name(const struct search_hit *hit, bool by_room)
{
    return by_room ? hit->view->room->room_id : hit->event->sender;
}

static uint64_t group_nid(const struct search_hit *hit, bool by_room)
{
    return by_room ? hit->view->room->nid : hit->subject;
}

static bool has_rest(const struct search_page *page, bool by_room, uint64_t nid)
{
    for (size_t i = 0; i < page->rest_count; i++)
        if ((by_room ? page->rest[i].room : page->rest[i].subject) == nid)
            return true;
    return false;
}

static void add_group(struct call *call, const struct search_page *page, bool by_room, size_t first, int order)
{
    struct strbuf *out = &call->out;
    str name = group_name(&page->hits[first], by_room);
    const struct search_hit *last = NULL;
    strbuf_add_json(out, name);
    strbuf_add(out, S(":{\"results\":["));
    for (size_t i = first; i < page->count; i++) {
        if (!str_eq(group_name(&page->hits[i], by_room), name))
            continue;
        if (last)
            strbuf_add_char(out, ',');
        last = &page->hits[i];
        strbuf_add_json(out, last->event->event_id);
    }
    strbuf_printf(out, "],\"order\":%d", order);
    uint64_t nid = group_nid(last, by_room);
    if (has_rest(page, by_room, nid)) {
        strbuf_add_char(out, ',');
        add_token(call, page, last->score, last->event->pos, by_room ? 'r' : 's', nid);
    }
    strbuf_add_char(out, '}');
}

/* In the order of each one's first hit. */
static void add_groups_by(struct call *call, const struct search_page *page, bool by_room)
{
    int order = 0;
    strbuf_add(&call->out, by_room ? S("\"room_id\":{") : S("\"sender\":{"));
    for (size_t i = 0; i < page->count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = str_eq(group_name(&page->hits[i], by_room), group_name(&page->hits[j], by_room));
        if (seen)
            continue;
        if (order++)
            strbuf_add_char(&call->out, ',');
        add_group(call, page, by_room, i, order);
    }
    strbuf_add_char(&call->out, '}');
}

static void add_groups(struct call *call, const struct search_asked *asked, const struct search_page *page)
{
    strbuf_add(&call->out, S(",\"groups\":{"));
    if (asked->groups & GROUP_BY_ROOM)
        add_groups_by(call, page, true);
    if (asked->groups & GROUP_BY_ROOM && asked->groups & GROUP_BY_SENDER)
        strbuf_add_char(&call->out, ',');
    if (asked->groups & GROUP_BY_SENDER)
        add_groups_by(call, page, false);
    strbuf_add_char(&call->out, '}');
}

/* ---- state ---- */

static enum rc add_states(struct call *call, const struct search_page *page)
{
    bool more = false;
    strbuf_add(&call->out, S(",\"state\":{"));
    for (size_t i = 0; i < page->count; i++) {
        const struct room_view *view = page->hits[i].view;
        const struct room_state *state;
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = page->hits[j].view == view;
        if (seen)
            continue;
        TRY(room_view_state(call, view, &state));
        if (more)
            strbuf_add_char(&call->out, ',');
        more = true;
        strbuf_add_json(&call->out, view->room->room_id);
        strbuf_add(&call->out, S(":["));
        history_add_state(state, false, &call->out);
        strbuf_add_char(&call->out, ']');
    }
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* ---- all ---- */

enum rc search_page_write(struct call *call, const struct search_asked *asked, const struct search_page *page)
{
    struct strbuf *out = &call->out;
    strbuf_printf(out, "{\"search_categories\":{\"room_events\":{\"count\":%zu", page->total);
    add_highlights(call, page);
    strbuf_add(out, S(",\"results\":["));
    for (size_t i = 0; i < page->count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        TRY(add_hit(call, asked, &page->hits[i]));
    }
    strbuf_add_char(out, ']');
    if (asked->groups)
        add_groups(call, asked, page);
    if (asked->with_state)
        TRY(add_states(call, page));
    if (page->more && page->last) {
        strbuf_add_char(out, ',');
        add_token(call, page, page->last->score, page->last->pos, asked->continued ? asked->from.group : 'a',
                  asked->continued ? asked->from.group_nid : 0);
    }
    /* Ours: the spec has no word for it. */
    if (page->bounded)
        strbuf_add(out, S(",\"org.parley.bounded\":true"));
    strbuf_add(out, S("}}}"));
    return RC_OK;
}
