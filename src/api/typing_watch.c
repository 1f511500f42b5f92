/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/typing.h"

#include "base/map.h"

#include <stdlib.h>

struct typing_watch {
    struct map rooms; /* number → the watch itself: a set */
};

struct typing_watch *typing_watch_new(void)
{
    return xcalloc(1, sizeof(struct typing_watch));
}

void typing_watch_free(struct typing_watch **watch)
{
    if (*watch)
        map_fini(&(*watch)->rooms);
    free(*watch);
    *watch = NULL;
}

void typing_watch(struct typing_watch *watch, uint64_t room_nid)
{
    map_put(&watch->rooms, room_nid, watch);
}

/* *ret_left: somebody still types there. */
static enum rc expire_room(struct tx *tx, uint64_t room_nid, bool *ret_left)
{
    const struct room *room;
    *ret_left = false;
    enum rc rc = rooms_get(tx, room_nid, &room);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (!room->typing)
        return RC_OK;
    int64_t now = env_steady_ms(tx->env);
    size_t count = room->typing->count;
    uint64_t *over = arena_array(tx->arena, uint64_t, count);
    size_t over_count = 0;
    for (size_t i = 0; i < count; i++)
        if (room->typing->typists[i].until_ms <= now)
            over[over_count++] = room->typing->typists[i].user_nid;
    for (size_t i = 0; i < over_count; i++)
        rooms_set_typing(tx, &room, over[i], 0);
    *ret_left = over_count < count;
    return RC_OK;
}

enum rc typing_expire(struct tx *tx, struct typing_watch *watch)
{
    size_t cursor = 0, count = 0;
    uint64_t room_nid, *done = arena_array(tx->arena, uint64_t, watch->rooms.count);
    while (map_next(&watch->rooms, &cursor, &room_nid, NULL)) {
        bool left;
        TRY(expire_room(tx, room_nid, &left));
        if (!left)
            done[count++] = room_nid;
    }
    for (size_t i = 0; i < count; i++)
        map_remove(&watch->rooms, done[i]);
    return RC_OK;
}
