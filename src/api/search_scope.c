/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where a search looks: "all rooms that the user has been in, including those that they have left" (spec). */
#include "api/search_private.h"
#include "base/vec.h"

enum { PREDECESSORS = 16 };

typedef VEC(uint64_t) room_vec;

static bool was_there(const struct user_room *mine)
{
    if (!mine || mine->forgotten)
        return false;
    return mine->membership == MEMBERSHIP_JOIN || mine->membership == MEMBERSHIP_LEAVE
           || mine->membership == MEMBERSHIP_BAN;
}

static void scope_add(struct call *call, uint64_t room_nid, room_vec *rooms)
{
    if (!was_there(user_rooms_find(call->who.user->rooms, room_nid)))
        return;
    for (size_t i = 0; i < rooms->count; i++)
        if (rooms->items[i] == room_nid)
            return;
    if (rooms->count < SEARCH_MAX_ROOMS)
        vec_push(rooms, room_nid);
}

static str predecessor_of(struct call *call, const struct room *room)
{
    yyjson_val *content;
    const struct event *create = room_state_get(room->state, S("m.room.create"), S(""));
    if (!create || event_content(create, call->arena, &content) != RC_OK)
        return STR_NONE;
    return json_str_of(yyjson_obj_get(yyjson_obj_get(content, "predecessor"), "room_id"));
}

/* With a room come those it was upgraded from: to people it is one conversation. */
static enum rc scope_add_named(struct call *call, str room_id, room_vec *rooms)
{
    for (int i = 0; i <= PREDECESSORS && room_id.len; i++) {
        const struct room *room;
        enum rc rc = rooms_find(call->tx, room_id, &room);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
        /* Of what they never were in they are told nothing, not even what was before it. */
        if (!was_there(user_rooms_find(call->who.user->rooms, room->nid)))
            return RC_OK;
        scope_add(call, room->nid, rooms);
        room_id = predecessor_of(call, room);
    }
    return RC_OK;
}

static int latest_first(const void *a, const void *b)
{
    const struct user_room *x = *(const struct user_room *const *)a, *y = *(const struct user_room *const *)b;
    return (x->pos < y->pos) - (x->pos > y->pos);
}

static void scope_add_all(struct call *call, room_vec *rooms)
{
    const struct user_rooms *mine = call->who.user->rooms;
    const struct user_room **order = arena_array(call->arena, const struct user_room *, mine->count + 1);
    for (size_t i = 0; i < mine->count; i++)
        order[i] = &mine->rooms[i];
    if (mine->count)
        qsort(order, mine->count, sizeof *order, latest_first);
    for (size_t i = 0; i < mine->count && rooms->count < SEARCH_MAX_ROOMS; i++)
        if (was_there(order[i]))
            vec_push(rooms, order[i]->room_nid);
}

static enum rc collect(struct call *call, const struct search_asked *asked, room_vec *rooms)
{
    const struct filter_list *named = asked->filter.rooms;
    if (!named) {
        scope_add_all(call, rooms);
        return RC_OK;
    }
    for (size_t i = 0; i < named->count; i++)
        TRY(scope_add_named(call, named->items[i], rooms));
    return RC_OK;
}

enum rc search_scope(struct call *call, const struct search_asked *asked, uint64_t **ret_rooms, size_t *ret_count)
{
    room_vec rooms = {0};
    enum rc rc = collect(call, asked, &rooms);
    *ret_rooms = arena_array(call->arena, uint64_t, rooms.count + 1);
    *ret_count = rooms.count;
    if (rooms.count)
        memcpy(*ret_rooms, rooms.items, rooms.count * sizeof *rooms.items);
    vec_fini(&rooms);
    return rc;
}
