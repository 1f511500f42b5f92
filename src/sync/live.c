/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/live.h"

#include "base/container.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/gate.h"
#include "store/rooms.h"
#include "sync/judge.h"
#include "sync/recent_receipts.h"

enum {
    SCRATCH_BYTES = 16 * 1024,
    NOTES_MAX = 512, /* rooms noted per person; beyond, notes start anew */
    MEMBERS_SENT_MAX = 4096,
    PRESENCE_ROOM_MAX = 200, /* people live in a room, beyond which presence does not wake them */
    LINGER_MS = 120 * 1000,  /* live without a parked request */
    SWEEP_MS = 30 * 1000,
    KEY_COUNTS_MAX = 16, /* devices of a person whose key counts are remembered */
};

struct live_room {
    uint64_t nid;
    VEC(struct live_user *) users;
    struct live_wait *watchers;
};

struct live_user {
    uint64_t nid;
    struct live_wait *waits;
    VEC(uint64_t) rooms; /* where they stand in the index */
    VEC(struct live_note) notes;
    int64_t notes_from, typing_from; /* the notes hold everything after these */
    int64_t to_device_pos;           /* when a message to one of their devices was noted last */
    struct map members_sent;         /* hash of (device, room, member) → the answer's position */
    int64_t last_wait_ms;
    struct reckoning reckoning;
    bool ignores_nobody;
    char filter_id[8]; /* a longer one is not remembered */
    const struct filter *filter;
    struct map key_counts; /* device nid → text */
};

struct live {
    struct loop *loop;
    struct store *store;
    struct map users, rooms; /* nid → live_user, live_room */
    struct wakes *wakes;
    struct loop_timer sweep_timer;
    struct live_reach reach;
    struct judge *judge;
    struct filter_cache *filters;
    struct recent_receipts *receipts;
    struct arena scratch;
};

/* ---- the index ---- */

static struct live_room *room_make(struct live *live, uint64_t room_nid)
{
    struct live_room *room = map_get(&live->rooms, room_nid);
    if (!room) {
        room = xcalloc(1, sizeof *room);
        room->nid = room_nid;
        map_put(&live->rooms, room_nid, room);
    }
    return room;
}

/* Nobody in it, nobody watching it: not worth keeping. */
static void room_drop_idle(struct live *live, struct live_room *room)
{
    if (room->users.count || room->watchers)
        return;
    map_remove(&live->rooms, room->nid);
    vec_fini(&room->users);
    free(room);
}

static void room_enter(struct live *live, struct live_user *user, uint64_t room_nid)
{
    struct live_room *room = room_make(live, room_nid);
    for (size_t i = 0; i < user->rooms.count; i++)
        if (user->rooms.items[i] == room_nid)
            return;
    vec_push(&user->rooms, room_nid);
    vec_push(&room->users, user);
}

/* Out of the room's list only; the caller mends user->rooms. */
static void room_strike(struct live *live, struct live_user *user, uint64_t room_nid)
{
    struct live_room *room = map_get(&live->rooms, room_nid);
    for (size_t i = 0; room && i < room->users.count; i++)
        if (room->users.items[i] == user) {
            vec_swap_remove(&room->users, i);
            break;
        }
    if (room)
        room_drop_idle(live, room);
}

static void room_exit(struct live *live, struct live_user *user, uint64_t room_nid)
{
    for (size_t i = 0; i < user->rooms.count; i++)
        if (user->rooms.items[i] == room_nid) {
            vec_swap_remove(&user->rooms, i);
            room_strike(live, user, room_nid);
            return;
        }
}

struct reckoning *live_reckoning(struct live_user *user)
{
    return &user->reckoning;
}

bool live_ignores_nobody(const struct live_user *user)
{
    return user->ignores_nobody;
}

void live_set_ignores_nobody(struct live_user *user)
{
    user->ignores_nobody = true;
}

const struct filter *live_filter(const struct live_user *user, str id)
{
    return user->filter && str_eq(id, str_of(user->filter_id)) ? filter_ref(user->filter) : NULL;
}

void live_set_filter(struct live_user *user, str id, const struct filter *filter)
{
    if (id.len >= sizeof user->filter_id)
        return;
    filter_unref(&user->filter);
    user->filter = filter_ref(filter);
    memcpy(user->filter_id, id.ptr, id.len);
    user->filter_id[id.len] = '\0';
}

static void key_counts_clear(struct live_user *user)
{
    void *text;
    for (size_t cursor = 0; (text = map_next(&user->key_counts, &cursor, NULL, NULL));)
        free(text);
    map_clear(&user->key_counts);
}

str live_key_counts(const struct live_user *user, uint64_t device_nid)
{
    return str_of(map_get(&user->key_counts, device_nid));
}

void live_set_key_counts(struct live_user *user, uint64_t device_nid, str json)
{
    if (user->key_counts.count >= KEY_COUNTS_MAX)
        key_counts_clear(user);
    char *text = xmalloc(json.len + 1);
    memcpy(text, json.ptr, json.len);
    text[json.len] = '\0';
    free(map_put(&user->key_counts, device_nid, text));
}

struct recent_receipts *live_receipts(struct live *live)
{
    return live->receipts;
}

struct arena *live_scratch(struct live *live)
{
    return &live->scratch;
}

struct filter_cache *live_filters(struct live *live)
{
    return live->filters;
}

struct judge *live_judge(struct live *live)
{
    return live->judge;
}

static void user_fini(struct live *live, struct live_user *user)
{
    for (size_t i = 0; i < user->rooms.count; i++)
        room_strike(live, user, user->rooms.items[i]);
    reckoning_fini(&user->reckoning);
    key_counts_clear(user);
    map_fini(&user->key_counts);
    map_fini(&user->members_sent);
    filter_unref(&user->filter);
    vec_fini(&user->rooms);
    vec_fini(&user->notes);
    free(user);
}

/* Who waits for what: memberships, on behalf of those who wait. */
static const struct act watching = ACT_SERVICE(PURPOSE_MESSAGING);

struct live_user *live_user_get(struct live *live, const struct user *user)
{
    struct live_user *mine = map_get(&live->users, user->nid);
    if (mine)
        return mine;
    struct arena arena = ARENA_INIT;
    struct tx tx;
    store_read(live->store, loop_index(live->loop), &watching, &arena, &tx);
    mine = xcalloc(1, sizeof *mine);
    mine->nid = user->nid;
    mine->notes_from = tx_pos(&tx);
    mine->typing_from = rooms_typing_serial(live->store);
    mine->last_wait_ms = loop_now_ms(live->loop);
    map_put(&live->users, user->nid, mine);
    /* Fresh, not the caller's snapshot: a join committed meanwhile has its notice still in the mailbox or in here. */
    const struct user *fresh;
    const struct user_rooms *rooms = users_get(&tx, user->nid, &fresh) == RC_OK ? fresh->rooms : user->rooms;
    for (size_t i = 0; rooms && i < rooms->count; i++)
        if (rooms->rooms[i].membership == MEMBERSHIP_JOIN)
            room_enter(live, mine, rooms->rooms[i].room_nid);
    arena_fini(&arena);
    return mine;
}

/* ---- parking and waking ---- */

void live_park(struct live_user *user, struct live_wait *wait)
{
    wait->user = user;
    wait->prev = NULL;
    wait->next = user->waits;
    if (user->waits)
        user->waits->prev = wait;
    user->waits = wait;
}

void live_watch(struct live *live, struct live_wait *wait, uint64_t room_nid)
{
    struct live_room *room = room_make(live, room_nid);
    wait->watched_nid = room_nid;
    wait->watch_prev = NULL;
    wait->watch_next = room->watchers;
    if (room->watchers)
        room->watchers->watch_prev = wait;
    room->watchers = wait;
}

static void unwatch(struct live *live, struct live_wait *wait)
{
    struct live_room *room = wait->watched_nid ? map_get(&live->rooms, wait->watched_nid) : NULL;
    if (!room)
        return;
    if (wait->watch_prev)
        wait->watch_prev->watch_next = wait->watch_next;
    else
        room->watchers = wait->watch_next;
    if (wait->watch_next)
        wait->watch_next->watch_prev = wait->watch_prev;
    wait->watched_nid = 0;
    room_drop_idle(live, room);
}

void live_unpark(struct live *live, struct live_wait *wait)
{
    wakes_remove(live->wakes, wait);
    unwatch(live, wait);
    if (wait->prev)
        wait->prev->next = wait->next;
    else
        wait->user->waits = wait->next;
    if (wait->next)
        wait->next->prev = wait->prev;
    wait->user->last_wait_ms = loop_now_ms(live->loop);
    wait->user = NULL;
}

bool live_is_gathering(const struct live *live)
{
    return wakes_gathering(live->wakes);
}

void live_wake_soon(struct live *live, struct live_wait *wait)
{
    wakes_queue(live->wakes, wait);
}

static void queue_user(struct live *live, struct live_user *user)
{
    for (struct live_wait *wait = user->waits; wait; wait = wait->next)
        wakes_queue(live->wakes, wait);
}

void live_wake_all(struct live *live)
{
    struct live_user *user;
    for (size_t cursor = 0; (user = map_next(&live->users, &cursor, NULL, NULL));)
        queue_user(live, user);
}

/* ---- notes ---- */

static void note_room(struct live *live, struct live_user *user, uint64_t room_nid, int64_t pos, int64_t typing)
{
    for (size_t i = 0; i < user->notes.count; i++)
        if (user->notes.items[i].room_nid == room_nid) {
            user->notes.items[i].pos = pos;
            if (typing)
                user->notes.items[i].typing = typing;
            return;
        }
    if (user->notes.count == NOTES_MAX) {
        user->notes.count = 0;
        user->notes_from = pos;
        user->typing_from = rooms_typing_serial(live->store);
    }
    struct live_note note = {room_nid, pos, typing};
    vec_push(&user->notes, note);
}

bool live_notes_since(const struct live_user *user, int64_t pos, int64_t typing, const struct live_note **ret_notes,
                      size_t *ret_count)
{
    if (pos < user->notes_from || typing < user->typing_from)
        return false;
    *ret_notes = user->notes.items;
    *ret_count = user->notes.count;
    return true;
}

bool live_to_device_since(const struct live_user *user, int64_t pos)
{
    return user->to_device_pos > pos;
}

struct live_reach live_reach(const struct live *live)
{
    return live->reach;
}

static uint64_t member_key(uint64_t device_nid, uint64_t room_nid, uint64_t member_nid)
{
    const uint64_t parts[] = {device_nid, room_nid, member_nid};
    return hash_bytes(parts, sizeof parts);
}

bool live_member_known(const struct live_user *user, uint64_t device_nid, uint64_t room_nid, uint64_t member_nid,
                       int64_t since_pos)
{
    int64_t sent = (intptr_t)map_get(&user->members_sent, member_key(device_nid, room_nid, member_nid));
    return sent && sent <= since_pos;
}

void live_member_sent(struct live_user *user, uint64_t device_nid, uint64_t room_nid, uint64_t member_nid,
                      int64_t answer_pos)
{
    if (user->members_sent.count >= MEMBERS_SENT_MAX)
        map_clear(&user->members_sent);
    map_put(&user->members_sent, member_key(device_nid, room_nid, member_nid), (void *)(intptr_t)answer_pos);
}

void live_members_forget(struct live_user *user)
{
    map_clear(&user->members_sent);
}

void live_members_forget_of(struct live *live, uint64_t user_nid)
{
    struct live_user *user = map_get(&live->users, user_nid);
    if (user)
        live_members_forget(user);
}

/* ---- commits ---- */

static void end_sessions(struct live *live, struct live_user *user)
{
    (void)live;
    for (struct live_wait *wait = user->waits, *next; wait; wait = next) {
        next = wait->next;
        if (wait->ended)
            wait->ended(wait);
    }
}

static void follow_membership(struct live *live, struct live_user *user, uint64_t room_nid)
{
    struct arena arena = ARENA_INIT;
    struct tx tx;
    const struct user *fresh;
    store_read(live->store, loop_index(live->loop), &watching, &arena, &tx);
    if (users_get(&tx, user->nid, &fresh) == RC_OK) {
        const struct user_room *room = user_rooms_find(fresh->rooms, room_nid);
        if (room && room->membership == MEMBERSHIP_JOIN)
            room_enter(live, user, room_nid);
        else
            room_exit(live, user, room_nid);
    }
    arena_fini(&arena);
}

/* Does the room wait for word of its members' keys? Without them its messages cannot be read; elsewhere it is in time
 * with whatever happens next, and a large room need not be woken for it. */
static bool waits_for_keys(struct tx *tx, const struct live_room *room)
{
    const struct room *snapshot;
    return room->users.count <= PRESENCE_ROOM_MAX
           || (rooms_get(tx, room->nid, &snapshot) == RC_OK && room_state_is_encrypted(snapshot->state));
}

static void wake_sharing(struct live *live, uint64_t user_nid)
{
    struct arena arena = ARENA_INIT;
    struct tx tx;
    const struct user *user;
    store_read(live->store, loop_index(live->loop), &watching, &arena, &tx);
    enum rc rc = users_get(&tx, user_nid, &user);
    for (size_t i = 0; rc == RC_OK && user->rooms && i < user->rooms->count; i++) {
        const struct live_room *room = user->rooms->rooms[i].membership == MEMBERSHIP_JOIN
                                           ? map_get(&live->rooms, user->rooms->rooms[i].room_nid)
                                           : NULL;
        if (!room || !waits_for_keys(&tx, room))
            continue;
        for (size_t u = 0; u < room->users.count; u++)
            queue_user(live, room->users.items[u]);
    }
    arena_fini(&arena);
}

static void notice_user(struct live *live, const struct notice_user *change, int64_t pos)
{
    if (change->what & NOTICE_KEYS)
        wake_sharing(live, change->user_nid);
    struct live_user *user = map_get(&live->users, change->user_nid);
    if (!user)
        return;
    if (change->what & NOTICE_KEY_COUNTS)
        key_counts_clear(user);
    /* Nobody waits for these. */
    if (!(change->what & ~(uint32_t)(NOTICE_PUSH | NOTICE_PUSHERS | NOTICE_KEY_COUNTS)))
        return;
    if (change->what & NOTICE_SESSION_END)
        end_sessions(live, user);
    if (change->what & NOTICE_MEMBERSHIP)
        follow_membership(live, user, change->room_nid);
    if (change->what & NOTICE_TO_DEVICE)
        user->to_device_pos = pos;
    if (change->room_nid) {
        note_room(live, user, change->room_nid, pos, 0);
        if (change->what & (NOTICE_MEMBERSHIP | NOTICE_READ))
            reckoning_of_room(&user->reckoning, change->room_nid)->valid = false;
    } else if (change->what & NOTICE_ACCOUNT_DATA) {
        reckoning_forget(&user->reckoning); /* push rules may have changed */
        user->ignores_nobody = false;
    }
    queue_user(live, user);
}

void live_notice(struct live *live, const struct notice *notice)
{
    live->reach.pos = notice->pos;
    live->reach.key_counts = notice->key_counts_serial;
    for (size_t i = 0; i < notice->user_count; i++)
        notice_user(live, &notice->users[i], notice->pos);
    for (size_t i = 0; i < notice->room_count; i++) {
        struct live_room *room = map_get(&live->rooms, notice->rooms[i].room->nid);
        int64_t typing = notice->rooms[i].what & ROOM_CHANGED_TYPING ? notice->rooms[i].room->typing_serial : 0;
        if (typing > live->reach.typing)
            live->reach.typing = typing;
        for (size_t u = 0; room && u < room->users.count; u++) {
            note_room(live, room->users.items[u], room->nid, notice->pos, typing);
            queue_user(live, room->users.items[u]);
        }
        for (struct live_wait *wait = room ? room->watchers : NULL; wait; wait = wait->watch_next)
            wakes_queue(live->wakes, wait);
    }
}

void live_presence(struct live *live, const uint64_t *room_nids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct live_room *room = map_get(&live->rooms, room_nids[i]);
        if (!room || room->users.count > PRESENCE_ROOM_MAX)
            continue;
        for (size_t u = 0; u < room->users.count; u++)
            queue_user(live, room->users.items[u]);
    }
}

/* ---- life ---- */

static bool still_live(void *value, void *ctx)
{
    struct live *live = ctx;
    struct live_user *user = value;
    if (user->waits || loop_now_ms(live->loop) - user->last_wait_ms < LINGER_MS)
        return true;
    user_fini(live, user);
    return false;
}

static void sweep(struct loop *loop, struct loop_timer *timer)
{
    struct live *live = CONTAINER_OF(timer, struct live, sweep_timer);
    map_filter(&live->users, still_live, live);
    judge_forget(live->judge);
    recent_receipts_forget(live->receipts);
    loop_timer_set(loop, timer, SWEEP_MS);
}

struct live *live_new(struct loop *loop, struct store *store)
{
    struct live *live = xcalloc(1, sizeof *live);
    live->loop = loop;
    live->store = store;
    live->judge = judge_new();
    live->filters = filter_cache_new();
    live->receipts = recent_receipts_new();
    live->wakes = wakes_new(loop);
    arena_alloc_raw(&live->scratch, SCRATCH_BYTES); /* its first block is what it keeps */
    arena_reset(&live->scratch);
    live->sweep_timer.fire = sweep;
    loop_timer_set(loop, &live->sweep_timer, SWEEP_MS);
    return live;
}

void live_free(struct live **live_ptr)
{
    struct live *live = *live_ptr;
    if (!live)
        return;
    struct live_user *user;
    for (size_t cursor = 0; (user = map_next(&live->users, &cursor, NULL, NULL));)
        user_fini(live, user);
    wakes_free(&live->wakes);
    loop_timer_cancel(live->loop, &live->sweep_timer);
    map_fini(&live->users);
    map_fini(&live->rooms);
    judge_free(&live->judge);
    filter_cache_free(&live->filters);
    recent_receipts_free(&live->receipts);
    arena_fini(&live->scratch);
    free(live);
    *live_ptr = NULL;
}
