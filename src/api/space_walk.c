/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/space_walk.h"

#include "api/room_summary.h"

#include <stdlib.h>

enum { MAX_ORDER = 50 };

/* ---- the children of one space ---- */

struct child {
    const struct event *event;
    str order; /* empty: none that is valid */
};
typedef VEC(struct child) child_vec;

struct child_search {
    struct arena *arena;
    bool suggested_only;
    child_vec found;
};

/* Spec m.space.child: at most 50 characters from \x20 to \x7E; anything else counts as absent. */
static str valid_order(yyjson_val *content)
{
    str order = json_str_of(yyjson_obj_get(content, "order"));
    if (order.len > MAX_ORDER)
        return STR_NONE;
    for (size_t i = 0; i < order.len; i++)
        if (order.ptr[i] < 0x20 || order.ptr[i] > 0x7e)
            return STR_NONE;
    return order;
}

/* Without a list of servers to enter by, the room was taken out of the space. */
static bool is_child(yyjson_val *content)
{
    yyjson_val *via = yyjson_obj_get(content, "via");
    return yyjson_is_arr(via) && yyjson_arr_size(via) > 0;
}

static bool find_child(const struct event *event, void *ctx)
{
    struct child_search *search = ctx;
    yyjson_val *content;
    if (!str_eq(event->type, S("m.space.child")) || event_content(event, search->arena, &content) != RC_OK
        || !is_child(content))
        return true;
    if (search->suggested_only && !yyjson_is_true(yyjson_obj_get(content, "suggested")))
        return true;
    vec_push(&search->found, ((struct child){event, valid_order(content)}));
    return true;
}

/* Spec "Ordering of children within a space". */
static int child_cmp(const void *left, const void *right)
{
    const struct child *a = left, *b = right;
    if (!a->order.len != !b->order.len)
        return a->order.len ? -1 : 1;
    int order = str_cmp(a->order, b->order);
    if (order)
        return order;
    if (a->event->origin_server_ts != b->event->origin_server_ts)
        return a->event->origin_server_ts < b->event->origin_server_ts ? -1 : 1;
    return str_cmp(a->event->state_key, b->event->state_key);
}

enum rc space_children(struct call *call, const struct room *room, bool suggested_only,
                       const struct event ***ret_children, size_t *ret_count)
{
    struct child_search search = {.arena = call->arena, .suggested_only = suggested_only};
    if (str_eq(room_state_room_type(room->state), S("m.space")))
        room_state_each(room->state, find_child, &search);
    if (search.found.count)
        qsort(search.found.items, search.found.count, sizeof *search.found.items, child_cmp);
    *ret_children = arena_array(call->arena, const struct event *, search.found.count);
    *ret_count = search.found.count;
    for (size_t i = 0; i < search.found.count; i++)
        (*ret_children)[i] = search.found.items[i].event;
    vec_fini(&search.found);
    return RC_OK;
}

/* ---- the tree ---- */

void space_walk_init(struct space_walk *walk, struct call *call, str root, bool suggested_only, int64_t max_depth)
{
    *walk = (struct space_walk){.call = call, .suggested_only = suggested_only, .max_depth = max_depth};
    vec_push(&walk->ahead, ((struct space_step){root, 0}));
}

void space_walk_fini(struct space_walk *walk)
{
    map_fini(&walk->seen);
    vec_fini(&walk->ahead);
}

/* The first child is to be taken next: what lies ahead is a stack. */
static enum rc go_down(struct space_walk *walk, const struct room *room, int64_t depth)
{
    const struct event **children;
    size_t count;
    TRY(space_children(walk->call, room, walk->suggested_only, &children, &count));
    for (size_t i = count; i-- > 0;)
        vec_push(&walk->ahead, ((struct space_step){children[i]->state_key, depth + 1}));
    return RC_OK;
}

static enum rc look(struct space_walk *walk, str room_id, const struct room **ret_room)
{
    bool may;
    walk->looked_at++;
    map_put_str(&walk->seen, room_id, walk);
    TRY(rooms_find(walk->call->tx, room_id, ret_room));
    TRY(room_summary_may_see(walk->call, *ret_room, &may));
    return may ? RC_OK : RC_NOT_FOUND;
}

enum rc space_walk_next(struct space_walk *walk, const struct room **ret_room)
{
    while (walk->ahead.count && walk->looked_at < SPACE_WALK_ROOMS) {
        struct space_step step = walk->ahead.items[--walk->ahead.count];
        if (map_get_str(&walk->seen, step.room_id))
            continue;
        enum rc rc = look(walk, step.room_id, ret_room);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        return step.depth < walk->max_depth ? go_down(walk, *ret_room, step.depth) : RC_OK;
    }
    return RC_NOT_FOUND;
}
