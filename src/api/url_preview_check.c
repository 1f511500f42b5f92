/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/room_access.h"
#include "api/url_preview.h"

enum { MOST_ROOMS = 200 }; /* looked through when the client does not say which one it is */

/* As it stands in a text, or in HTML, where & is written &amp;. */
static bool says(struct call *call, str text, str url)
{
    struct strbuf escaped = STRBUF_INIT;
    if (str_contains(text, url))
        return true;
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] == '&')
            strbuf_add(&escaped, S("&amp;"));
        else
            strbuf_add_char(&escaped, url.ptr[i]);
    bool found = str_contains(text, strbuf_to_arena(&escaped, call->arena));
    strbuf_fini(&escaped);
    return found;
}

static bool event_says(struct call *call, const struct event *event, str url)
{
    yyjson_val *content;
    if (event->redacted || event->gone || !str_eq(event->type, S("m.room.message"))
        || !str_contains(event->content, S("://")) || event_content(event, call->arena, &content) != RC_OK)
        return false;
    str body = json_str_of(yyjson_obj_get(content, "body"));
    str formatted = json_str_of(yyjson_obj_get(content, "formatted_body"));
    return says(call, body, url) || says(call, formatted, url);
}

static enum rc refuse(struct call *call)
{
    return call_fail(call, 403, "M_FORBIDDEN",
                     "This link is in no message you can read in a room whose admins allow previews of links.");
}

static enum rc check_named(struct call *call, str room_id, str event_id, str url)
{
    struct room_view view;
    const struct event *event;
    TRY(room_view_open(call, room_id, &view));
    TRY(room_view_event(call, &view, event_id, &event));
    return room_state_previews(view.room->state) && event_says(call, event, url) ? RC_OK : refuse(call);
}

static enum rc newest_say(struct call *call, uint64_t room_nid, str url, bool *ret_said)
{
    const struct room *room;
    struct visibility *visibility;
    *ret_said = false;
    TRY(rooms_get(call->tx, room_nid, &room));
    if (!room_state_previews(room->state))
        return RC_OK;
    TRY(visibility_new(call->tx, room, call->who.user_id, &visibility));
    for (size_t i = room_timeline_count(room); i > 0 && !*ret_said; i--) {
        const struct event *event = room_timeline_at(room, i - 1);
        *ret_said = event_says(call, event, url) && visibility_allows(visibility, event);
    }
    return RC_OK;
}

static enum rc check_newest(struct call *call, str url)
{
    const struct user_rooms *rooms = call->who.user->rooms;
    size_t looked = 0;
    for (size_t i = 0; i < rooms->count && looked < MOST_ROOMS; i++) {
        bool said;
        if (rooms->rooms[i].membership != MEMBERSHIP_JOIN)
            continue;
        looked++;
        TRY(newest_say(call, rooms->rooms[i].room_nid, url, &said));
        if (said)
            return RC_OK;
    }
    return refuse(call);
}

enum rc url_preview_check(struct call *call, str url)
{
    str room_id = call_query(call, "org.parley.room_id"), event_id = call_query(call, "org.parley.event_id");
    return event_id.len ? check_named(call, room_id, event_id, url) : check_newest(call, url);
}
