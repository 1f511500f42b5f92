/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which rooms stand where: the person's rooms by activity, the lists' filters and windows, and single rooms. */
#include "store/account_data.h"
#include "sync/sliding/answer.h"

#include <stdlib.h>

/* ---- direct chats ---- */

/* {"@user:server": ["!room:server", …], …} */
static enum rc direct_load(struct sliding_answer *answer)
{
    str content;
    yyjson_val *root, *key, *ids, *id;
    size_t i, k, count, ids_count;
    answer->direct_known = true;
    enum rc rc = account_data_get(answer->request->tx, answer->request->user->nid, 0, S("m.direct"), &content);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (json_parse_object(answer->request->arena, content, false, &root, NULL) != RC_OK)
        return RC_OK;
    yyjson_obj_foreach(root, i, count, key, ids)
    {
        yyjson_arr_foreach(ids, k, ids_count, id) if (yyjson_is_str(id))
            map_put_str(&answer->direct, json_str_of(id), answer);
    }
    return RC_OK;
}

enum rc sliding_is_direct(struct sliding_answer *answer, str room_id, bool *ret_direct)
{
    if (!answer->direct_known)
        TRY(direct_load(answer));
    *ret_direct = map_get_str(&answer->direct, room_id) != NULL;
    return RC_OK;
}

/* ---- the person's rooms ---- */

/* Who left of their own will knows it, unless this connection still shows the room; who was made to go is told. */
static bool was_made_to_go(const struct sync_request *request, const struct room *room)
{
    const struct event *member = room_state_get(room->state, S("m.room.member"), request->user->user_id);
    return member && !str_eq(member->sender, request->user->user_id);
}

static bool is_shown(const struct sliding_answer *answer, const struct user_room *mine, const struct room *room)
{
    switch (mine->membership) {
    case MEMBERSHIP_JOIN:
    case MEMBERSHIP_INVITE:
    case MEMBERSHIP_KNOCK: return true;
    case MEMBERSHIP_LEAVE:
    case MEMBERSHIP_BAN:
        return sliding_view_find(answer->known, mine->room_nid)
               || (!mine->forgotten && answer->known && mine->pos > answer->request->since.pos
                   && was_made_to_go(answer->request, room));
    default: return false;
    }
}

static int by_activity(const void *a, const void *b)
{
    const struct sliding_room *left = a, *right = b;
    if (left->activity != right->activity)
        return left->activity < right->activity ? 1 : -1;
    return (left->mine->room_nid > right->mine->room_nid) - (left->mine->room_nid < right->mine->room_nid);
}

static enum rc find_all(struct sliding_answer *answer)
{
    const struct user_rooms *rooms = answer->request->user->rooms;
    answer->rooms = arena_array(answer->request->arena, struct sliding_room, rooms->count + 1);
    for (size_t i = 0; i < rooms->count; i++) {
        const struct user_room *mine = &rooms->rooms[i];
        struct sliding_room *room = &answer->rooms[answer->room_count];
        bool hidden;
        if (mine->pos > answer->request->next.pos)
            continue; /* the next answer tells */
        TRY(sync_invite_is_hidden(answer->request, mine, &hidden));
        if (hidden)
            continue;
        *room = (struct sliding_room){.mine = mine};
        TRY(rooms_get(answer->request->tx, mine->room_nid, &room->room));
        room->activity = mine->membership == MEMBERSHIP_JOIN ? room->room->last_pos : mine->pos;
        answer->room_count += is_shown(answer, mine, room->room);
    }
    qsort(answer->rooms, answer->room_count, sizeof *answer->rooms, by_activity);
    return RC_OK;
}

/* ---- filters ---- */

static bool is_either_or(enum tristate wanted, bool is)
{
    return wanted == EITHER || (wanted == YES) == is;
}

static bool has(const struct sliding_strs *list, str item)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i], item))
            return true;
    return false;
}

static bool type_is_among(const struct sliding_strs *types, str type)
{
    return type.len ? has(types, type) : types->null;
}

static bool type_matches(const struct sliding_filter *filter, const struct room *room)
{
    str type = room_state_room_type(room->state);
    if (filter->not_room_types.given && type_is_among(&filter->not_room_types, type))
        return false;
    return !filter->room_types.given || type_is_among(&filter->room_types, type);
}

/* Named by an m.space.child with a via, of a space the person is in. */
static enum rc spaces_match(struct sliding_answer *answer, const struct sliding_filter *filter, const struct room *room,
                            bool *ret)
{
    *ret = !filter->spaces.given;
    for (size_t i = 0; i < filter->spaces.count && !*ret; i++) {
        const struct room *space;
        enum rc rc = rooms_find(answer->request->tx, filter->spaces.items[i], &space);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        const struct user_room *mine = user_rooms_find(answer->request->user->rooms, space->nid);
        const struct event *child = room_state_get(space->state, S("m.space.child"), room->room_id);
        yyjson_val *content;
        if (!mine || mine->membership != MEMBERSHIP_JOIN || !child)
            continue;
        TRY(event_content(child, answer->request->arena, &content));
        *ret = yyjson_arr_size(yyjson_obj_get(content, "via")) > 0;
    }
    return RC_OK;
}

static enum rc tags_match(struct sliding_answer *answer, const struct sliding_filter *filter, const struct room *room,
                          bool *ret)
{
    *ret = true;
    if (!filter->tags.given && !filter->not_tags.given)
        return RC_OK;
    str content;
    yyjson_val *root = NULL, *key, *value;
    size_t i, count;
    bool wanted = !filter->tags.given;
    enum rc rc = account_data_get(answer->request->tx, answer->request->user->nid, room->nid, S("m.tag"), &content);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && json_parse_object(answer->request->arena, content, false, &root, NULL) != RC_OK)
        root = NULL;
    yyjson_obj_foreach(yyjson_obj_get(root, "tags"), i, count, key, value)
    {
        if (has(&filter->not_tags, json_str_of(key)))
            wanted = *ret = false;
        wanted |= *ret && has(&filter->tags, json_str_of(key));
    }
    *ret &= wanted;
    return RC_OK;
}

static enum rc matches(struct sliding_answer *answer, const struct sliding_filter *filter,
                       const struct sliding_room *room, bool *ret)
{
    const struct room *snapshot = room->room;
    *ret = is_either_or(filter->is_invite, room->mine->membership == MEMBERSHIP_INVITE)
           && is_either_or(filter->is_encrypted, room_state_is_encrypted(snapshot->state))
           && type_matches(filter, snapshot);
    if (*ret && filter->is_dm != EITHER) {
        bool direct;
        TRY(sliding_is_direct(answer, snapshot->room_id, &direct));
        *ret = is_either_or(filter->is_dm, direct);
    }
    if (*ret)
        TRY(spaces_match(answer, filter, snapshot, ret));
    return *ret ? tags_match(answer, filter, snapshot, ret) : RC_OK;
}

/* ---- windows ---- */

static bool in_window(const struct sliding_list *list, int64_t index)
{
    if (list->all)
        return true;
    for (size_t i = 0; i < list->range_count; i++)
        if (index >= list->ranges[i][0] && index <= list->ranges[i][1])
            return true;
    return false;
}

static enum rc look_through(struct sliding_answer *answer, size_t number)
{
    struct sliding_list *list = &answer->question->lists[number];
    list->found = 0;
    for (size_t i = 0; i < answer->room_count; i++) {
        struct sliding_room *room = &answer->rooms[i];
        bool match;
        TRY(matches(answer, &list->filter, room, &match));
        if (!match || !in_window(list, (int64_t)list->found++))
            continue;
        room->lists |= (uint64_t)1 << number;
        room->config = sliding_config_join(answer->request->arena, room->config, &list->config);
    }
    return RC_OK;
}

static enum rc subscribe(struct sliding_answer *answer)
{
    struct map wanted = {0};
    const struct sliding_question *question = answer->question;
    for (size_t i = 0; i < question->subscription_count; i++)
        map_put_str(&wanted, question->subscriptions[i].room_id, &question->subscriptions[i]);
    for (size_t i = 0; i < answer->room_count && wanted.count; i++) {
        struct sliding_room *room = &answer->rooms[i];
        const struct sliding_subscription *subscription = map_get_str(&wanted, room->room->room_id);
        if (!subscription)
            continue;
        room->subscribed = true;
        room->config = sliding_config_join(answer->request->arena, room->config, &subscription->config);
    }
    map_fini(&wanted);
    return RC_OK;
}

enum rc sliding_find_rooms(struct sliding_answer *answer)
{
    TRY(find_all(answer));
    for (size_t i = 0; i < answer->question->list_count; i++)
        TRY(look_through(answer, i));
    return answer->question->subscription_count ? subscribe(answer) : RC_OK;
}
