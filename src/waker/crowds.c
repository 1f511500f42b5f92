/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/crowds.h"

#include "base/map.h"
#include "base/vec.h"
#include "store/pushers.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { KEPT = 64 };

struct crowd {
    const struct room_state *state; /* a reference: as long as the room has this one, the same people are in it */
    uint64_t pushers_as_of;
    VEC(struct crowd_pusher) pushers;
};

struct crowds {
    struct map by_room; /* nid → struct crowd */
    _Atomic uint64_t pushers_changed;
};

static void crowd_free(struct crowd *crowd)
{
    room_state_unref(&crowd->state);
    vec_fini(&crowd->pushers);
    free(crowd);
}

static void forget_all(struct crowds *crowds)
{
    struct crowd *crowd;
    for (size_t cursor = 0; (crowd = map_next(&crowds->by_room, &cursor, NULL, NULL));)
        crowd_free(crowd);
    map_clear(&crowds->by_room);
}

/* ---- finding ---- */

struct finding {
    struct tx *tx;
    struct crowd *crowd;
    enum rc rc;
};

static bool find_pushers(const struct event *event, enum membership membership, void *ctx)
{
    struct finding *finding = ctx;
    uint64_t nids[PUSHERS_MAX_PER_USER];
    size_t count = 0;
    if (membership != MEMBERSHIP_JOIN)
        return true;
    finding->rc = pushers_numbers(finding->tx, event->target_nid, nids, &count);
    for (size_t i = 0; i < count && finding->rc == RC_OK; i++)
        vec_push(&finding->crowd->pushers, ((struct crowd_pusher){event->target_nid, nids[i]}));
    return finding->rc == RC_OK;
}

static enum rc find(struct crowds *crowds, struct tx *tx, const struct room *room, uint64_t as_of,
                    struct crowd **ret_crowd)
{
    struct crowd *crowd = xcalloc(1, sizeof *crowd);
    struct finding finding = {tx, crowd, RC_OK};
    crowd->state = room_state_ref(room->state);
    crowd->pushers_as_of = as_of;
    room_state_each_member(room->state, find_pushers, &finding);
    if (finding.rc != RC_OK) {
        crowd_free(crowd);
        return finding.rc;
    }
    if (crowds->by_room.count >= KEPT)
        forget_all(crowds);
    struct crowd *before = map_put(&crowds->by_room, room->nid, crowd);
    if (before)
        crowd_free(before);
    *ret_crowd = crowd;
    return RC_OK;
}

enum rc crowds_of(struct crowds *crowds, struct tx *tx, uint64_t room_nid, const struct crowd_pusher **ret_pushers,
                  size_t *ret_count)
{
    /* Before anything is read: what changes meanwhile is then looked for once more. */
    uint64_t as_of = atomic_load(&crowds->pushers_changed);
    const struct room *room;
    TRY(rooms_get(tx, room_nid, &room));
    struct crowd *crowd = map_get(&crowds->by_room, room_nid);
    if (!crowd || crowd->state != room->state || crowd->pushers_as_of != as_of)
        TRY(find(crowds, tx, room, as_of, &crowd));
    *ret_pushers = crowd->pushers.items;
    *ret_count = crowd->pushers.count;
    return RC_OK;
}

/* ---- life ---- */

void crowds_note_pushers(struct crowds *crowds)
{
    atomic_fetch_add(&crowds->pushers_changed, 1);
}

struct crowds *crowds_new(void)
{
    return xcalloc(1, sizeof(struct crowds));
}

void crowds_free(struct crowds **crowds)
{
    if (!*crowds)
        return;
    forget_all(*crowds);
    map_fini(&(*crowds)->by_room);
    free(*crowds);
    *crowds = NULL;
}
