/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The default push rules' outcome for unread counts. */
#include "sync/unread.h"

static bool is_message(const struct event *event)
{
    return !event->is_state && (str_eq(event->type, S("m.room.message")) || str_eq(event->type, S("m.room.encrypted")));
}

/* Spec "User and room mentions". The bytes are looked for first: most messages mention nobody. */
static bool mentions(const struct sync_request *request, const struct event *event, yyjson_val *content)
{
    yyjson_val *mentions_object = yyjson_obj_get(content, "m.mentions");
    yyjson_val *users = yyjson_obj_get(mentions_object, "user_ids"), *item;
    yyjson_arr_iter items;
    yyjson_arr_iter_init(users, &items);
    while ((item = yyjson_arr_iter_next(&items)))
        if (str_eq(json_str_of(item), request->user->user_id))
            return true;
    (void)event;
    return false;
}

void unread_judge(const struct sync_request *request, const struct event *event, bool *ret_notify, bool *ret_highlight)
{
    *ret_notify = is_message(event) && event->relation != REL_REPLACE;
    *ret_highlight = false;
    yyjson_val *content;
    if (*ret_notify && str_contains(event->content, S("\"m.mentions\""))
        && str_contains(event->content, request->user->user_id)
        && event_content(event, request->arena, &content) == RC_OK)
        *ret_highlight = mentions(request, event, content);
}
