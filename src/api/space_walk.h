/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Walking the tree of a space in the order of its hierarchy (spec "Spaces"): depth first, children in the order the
 * spec gives, each room once, only rooms that show themselves to the caller.
 */
#ifndef API_SPACE_WALK_H
#define API_SPACE_WALK_H

#include "api/call.h"
#include "base/map.h"
#include "base/vec.h"

enum { SPACE_WALK_ROOMS = 1000 }; /* more are not looked at for one request */

struct space_step {
    str room_id;
    int64_t depth;
};

struct space_walk {
    struct call *call;
    bool suggested_only;
    int64_t max_depth;
    struct map seen; /* room ids */
    VEC(struct space_step) ahead;
    size_t looked_at;
};

void space_walk_init(struct space_walk *walk, struct call *call, str root, bool suggested_only, int64_t max_depth);
void space_walk_fini(struct space_walk *walk);
/* The next room that shows itself. RC_NOT_FOUND behind the last. */
enum rc space_walk_next(struct space_walk *walk, const struct room **ret_room) MUST_USE;
/* The room's valid m.space.child events, in order, in the arena; none if it is no space. */
enum rc space_children(struct call *call, const struct room *room, bool suggested_only,
                       const struct event ***ret_children, size_t *ret_count) MUST_USE;

#endif
