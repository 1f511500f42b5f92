/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "push/audience.h"

#include "store/push_queue.h"

struct audience {
    struct audience_bounds bounds;
    struct map rooms;     /* nid → struct audience_room */
    struct map listeners; /* nid → struct listener */
    size_t places, own_rules;
};

/* ---- letting go ---- */

static void listener_free(struct audience *audience, struct listener *listener)
{
    audience->own_rules -= listener->rules != NULL;
    push_rules_free(&listener->rules);
    arena_fini(&listener->arena);
    free(listener);
}

static void room_free(struct audience *audience, struct audience_room *room)
{
    audience->places -= room->people.count;
    map_fini(&room->people);
    vec_fini(&room->own);
    free(room);
}

static void room_forget(struct audience *audience, uint64_t room_nid)
{
    struct audience_room *room = map_remove(&audience->rooms, room_nid);
    if (room)
        room_free(audience, room);
}

static void forget_all(struct audience *audience)
{
    struct audience_room *room;
    struct listener *listener;
    for (size_t cursor = 0; (room = map_next(&audience->rooms, &cursor, NULL, NULL));)
        room_free(audience, room);
    for (size_t cursor = 0; (listener = map_next(&audience->listeners, &cursor, NULL, NULL));)
        listener_free(audience, listener);
    map_clear(&audience->rooms);
    map_clear(&audience->listeners);
}

struct audience *audience_new(const struct audience_bounds *bounds)
{
    struct audience *audience = xcalloc(1, sizeof *audience);
    audience->bounds = *bounds;
    return audience;
}

size_t audience_rooms_kept(const struct audience *audience)
{
    return audience->rooms.count;
}

void audience_free(struct audience **audience)
{
    if (!*audience)
        return;
    forget_all(*audience);
    map_fini(&(*audience)->rooms);
    map_fini(&(*audience)->listeners);
    free(*audience);
    *audience = NULL;
}

/* ---- people ---- */

static enum rc ignored_read(struct tx *tx, struct listener *listener)
{
    struct arena *arena = tx->arena;
    tx->arena = &listener->arena;
    enum rc rc = ignored_users_load(tx, listener->nid, &listener->ignored);
    tx->arena = arena;
    return rc;
}

static enum rc settings_read(struct tx *tx, struct listener *listener)
{
    str stored;
    TRY(push_queue_in_crowd(tx, listener->nid, &listener->in_crowd));
    if (listener->in_crowd)
        return RC_OK;
    TRY(ignored_read(tx, listener));
    enum rc rc = account_data_get(tx, listener->nid, 0, S("m.push_rules"), &stored);
    if (rc == RC_OK)
        rc = push_rules_new(stored, &listener->rules, NULL);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static struct listener *listener_new(const struct user *user)
{
    struct listener *listener = xcalloc(1, sizeof *listener + user->user_id.len);
    memcpy(listener->id, user->user_id.ptr, user->user_id.len);
    listener->user_id = str_from(listener->id, user->user_id.len);
    listener->nid = user->nid;
    return listener;
}

/* RC_NOT_FOUND: nothing can be told of them, such as when their key is gone. Nobody else is to suffer from it. */
static enum rc listener_get(struct audience *audience, struct tx *tx, uint64_t user_nid, struct listener **ret_listener)
{
    *ret_listener = map_get(&audience->listeners, user_nid);
    if (*ret_listener)
        return RC_OK;
    const struct user *user;
    TRY(users_get(tx, user_nid, &user));
    struct listener *listener = listener_new(user);
    enum rc rc = settings_read(tx, listener);
    audience->own_rules += listener->rules != NULL;
    if (rc != RC_OK) {
        listener_free(audience, listener);
        return rc == RC_STORE ? rc : RC_NOT_FOUND;
    }
    map_put(&audience->listeners, user_nid, listener);
    *ret_listener = listener;
    return RC_OK;
}

enum rc audience_person(struct audience *audience, struct tx *tx, uint64_t user_nid,
                        const struct listener **ret_listener)
{
    struct listener *listener;
    TRY(listener_get(audience, tx, user_nid, &listener));
    *ret_listener = listener;
    return RC_OK;
}

/* ---- rooms ---- */

static enum rc room_add(struct audience *audience, struct tx *tx, struct audience_room *room, uint64_t user_nid)
{
    struct listener *listener;
    enum rc rc = listener_get(audience, tx, user_nid, &listener);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    map_put(&room->people, user_nid, listener);
    audience->places++;
    if (!listener->in_crowd)
        vec_push(&room->own, listener);
    return RC_OK;
}

static void room_remove(struct audience *audience, struct audience_room *room, uint64_t user_nid)
{
    struct listener *listener = map_remove(&room->people, user_nid);
    audience->places -= listener != NULL;
    for (size_t i = 0; i < room->own.count; i++)
        if (room->own.items[i] == listener) {
            vec_swap_remove(&room->own, i);
            return;
        }
}

struct finding {
    struct audience *audience;
    struct tx *tx;
    struct audience_room *room;
    enum rc rc;
};

static bool find_member(const struct event *event, enum membership membership, void *ctx)
{
    struct finding *finding = ctx;
    if (membership == MEMBERSHIP_JOIN && push_queue_wanted(finding->tx, event->target_nid))
        finding->rc = room_add(finding->audience, finding->tx, finding->room, event->target_nid);
    return finding->rc == RC_OK;
}

static bool is_full(const struct audience *audience)
{
    const struct audience_bounds *bounds = &audience->bounds;
    return audience->rooms.count >= bounds->rooms || audience->places >= bounds->places
           || audience->own_rules >= bounds->rules;
}

enum rc audience_in(struct audience *audience, struct tx *tx, const struct room *room,
                    const struct audience_room **ret_room)
{
    struct audience_room *found = map_get(&audience->rooms, room->nid);
    *ret_room = found;
    if (found)
        return RC_OK;
    if (is_full(audience))
        forget_all(audience);
    found = xcalloc(1, sizeof *found);
    struct finding finding = {audience, tx, found, RC_OK};
    room_state_each_member(room->state, find_member, &finding);
    if (finding.rc != RC_OK) {
        room_free(audience, found);
        return finding.rc;
    }
    map_put(&audience->rooms, room->nid, found);
    *ret_room = found;
    return RC_OK;
}

/* ---- changes ---- */

struct change {
    struct audience *audience;
    uint64_t room_nid; /* 0: what else was changed */
};

static void change_kept(struct store *store, void *arg)
{
    (void)store;
    free(arg);
}

static void change_undone(void *arg)
{
    struct change *change = arg;
    if (change->room_nid)
        room_forget(change->audience, change->room_nid);
    else
        forget_all(change->audience);
    free(change);
}

static void watch(struct audience *audience, struct tx *tx, uint64_t room_nid)
{
    struct change *change = xmalloc(sizeof *change);
    *change = (struct change){audience, room_nid};
    tx_after_commit(tx, change_kept, change_undone, change);
}

enum rc audience_note_member(struct audience *audience, struct tx *tx, const struct event *event)
{
    struct audience_room *room = map_get(&audience->rooms, event->room_nid);
    if (!push_queue_wanted(tx, event->target_nid))
        return RC_OK;
    watch(audience, tx, event->room_nid); /* also of what this job may yet make of the room */
    if (!room)
        return RC_OK;
    bool listed = map_get(&room->people, event->target_nid) != NULL, joined = event->membership == MEMBERSHIP_JOIN;
    if (listed == joined)
        return RC_OK;
    if (joined)
        return room_add(audience, tx, room, event->target_nid);
    room_remove(audience, room, event->target_nid);
    return RC_OK;
}

struct leaving {
    struct audience *audience;
    uint64_t user_nid;
};

static bool is_without(void *value, void *ctx)
{
    struct audience_room *room = value;
    const struct leaving *leaving = ctx;
    if (!map_get(&room->people, leaving->user_nid))
        return true;
    room_free(leaving->audience, room);
    return false;
}

/* Rooms where they are to be listed from now on, and whatever lists them: the two may differ. */
void audience_note_person(struct audience *audience, struct tx *tx, uint64_t user_nid)
{
    const struct user *user;
    watch(audience, tx, 0);
    if (users_get(tx, user_nid, &user) != RC_OK) {
        forget_all(audience);
        return;
    }
    for (size_t i = 0; i < user->rooms->count; i++)
        room_forget(audience, user->rooms->rooms[i].room_nid);
    map_filter(&audience->rooms, is_without, &(struct leaving){audience, user_nid});
    struct listener *listener = map_remove(&audience->listeners, user_nid);
    if (listener)
        listener_free(audience, listener);
}
