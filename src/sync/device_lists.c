/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/device_lists.h"

#include "base/map.h"
#include "store/events.h"
#include "store/key_changes.h"
#include "store/key_signatures.h"

enum { NEWS_MAX = 64 }; /* events of a room looked through one by one; beyond, its state is compared */

struct finding {
    const struct device_lists_question *question;
    struct map changed, left; /* user nid → struct user */
    enum rc rc;               /* of a walk through members */
};

static void put(struct map *map, const struct user *user)
{
    map_put(map, user->nid, (void *)user);
}

/* ---- changed keys ---- */

static enum rc find_changed_keys(struct finding *finding)
{
    const struct device_lists_question *question = finding->question;
    uint64_t *nids;
    size_t count;
    if (key_changes_newest(question->tx) <= question->from)
        return RC_OK;
    TRY(key_changes_since(question->tx, question->from, question->to, &nids, &count));
    for (size_t i = 0; i < count; i++) {
        const struct user *user;
        TRY(users_get(question->tx, nids[i], &user));
        if (user->nid == question->user->nid || user_rooms_share(question->user->rooms, user->rooms))
            put(&finding->changed, user);
    }
    return RC_OK;
}

/* What the person's other devices signed: nobody else is to know. */
static enum rc find_own_signatures(struct finding *finding)
{
    const struct device_lists_question *question = finding->question;
    uint64_t *nids;
    size_t count;
    if (key_changes_newest(question->tx) <= question->from)
        return RC_OK;
    TRY(key_signatures_targets(question->tx, question->user->nid, question->from, question->to, &nids, &count));
    for (size_t i = 0; i < count; i++) {
        const struct user *user;
        TRY(users_get(question->tx, nids[i], &user));
        put(&finding->changed, user);
    }
    return RC_OK;
}

/* ---- beginning and ceasing to share encrypted rooms ---- */

static enum rc was_joined(const struct finding *finding, const struct room *room, str user_id, bool *ret_was)
{
    const struct event *member;
    enum rc rc =
        events_state_at(finding->question->tx, room, S("m.room.member"), user_id, finding->question->from, &member);
    *ret_was = rc == RC_OK && event_membership(member) == MEMBERSHIP_JOIN;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc share_encrypted_room(const struct finding *finding, const struct user *user, bool *ret_share)
{
    const struct user_rooms *mine = finding->question->user->rooms;
    *ret_share = false;
    for (size_t i = 0; mine && i < mine->count && !*ret_share; i++) {
        const struct user_room *theirs =
            mine->rooms[i].membership == MEMBERSHIP_JOIN ? user_rooms_find(user->rooms, mine->rooms[i].room_nid) : NULL;
        if (!theirs || theirs->membership != MEMBERSHIP_JOIN)
            continue;
        const struct room *room;
        TRY(rooms_get(finding->question->tx, theirs->room_nid, &room));
        *ret_share = room_state_is_encrypted(room->state);
    }
    return RC_OK;
}

/* The room is shared with them since. */
static enum rc begin_with(struct finding *finding, uint64_t user_nid)
{
    const struct user *user;
    if (user_nid == finding->question->user->nid)
        return RC_OK;
    TRY(users_get(finding->question->tx, user_nid, &user));
    put(&finding->changed, user);
    return RC_OK;
}

/* The room is no longer shared with them: perhaps another is. */
static enum rc cease_with(struct finding *finding, uint64_t user_nid)
{
    const struct user *user;
    bool share;
    if (user_nid == finding->question->user->nid || map_get(&finding->left, user_nid))
        return RC_OK;
    TRY(users_get(finding->question->tx, user_nid, &user));
    TRY(share_encrypted_room(finding, user, &share));
    if (!share)
        put(&finding->left, user);
    return RC_OK;
}

struct walk {
    struct finding *finding;
    const struct room *room;
};

/* Everybody who is inside now. */
static bool begin_with_member(const struct event *event, enum membership membership, void *ctx)
{
    struct finding *finding = ((struct walk *)ctx)->finding;
    if (membership == MEMBERSHIP_JOIN)
        finding->rc = begin_with(finding, event->target_nid);
    return finding->rc == RC_OK;
}

/* Everybody who was inside when the person still was. Who came later is not theirs to know of. */
static bool cease_with_member(const struct event *event, enum membership membership, void *ctx)
{
    struct walk *walk = ctx;
    struct finding *finding = walk->finding;
    bool was = membership == MEMBERSHIP_JOIN;
    if (event->pos > finding->question->from)
        finding->rc = was_joined(finding, walk->room, event->state_key, &was);
    if (finding->rc == RC_OK && was)
        finding->rc = cease_with(finding, event->target_nid);
    return finding->rc == RC_OK;
}

static enum rc walk_members(struct finding *finding, const struct room *room,
                            bool (*visit)(const struct event *, enum membership, void *))
{
    struct walk walk = {finding, room};
    room_state_each_member(room->state, visit, &walk);
    return finding->rc;
}

static enum rc look_at_member(struct finding *finding, const struct room *room, const struct event *event)
{
    bool was;
    if (!event->is_state || !str_eq(event->type, S("m.room.member")) || !event->target_nid)
        return RC_OK;
    TRY(was_joined(finding, room, event->state_key, &was));
    bool is = room_state_membership(room->state, event->state_key) == MEMBERSHIP_JOIN;
    if (was == is)
        return RC_OK;
    return is ? begin_with(finding, event->target_nid) : cease_with(finding, event->target_nid);
}

/* Others came and went. */
static enum rc look_at_members(struct finding *finding, const struct room *room)
{
    const struct device_lists_question *question = finding->question;
    struct event_list news;
    TRY(events_range(question->tx, room, question->from, question->to, false, NEWS_MAX, &news));
    if (news.count == NEWS_MAX)
        TRY(events_state_changes(question->tx, room, question->from, question->to, &news));
    for (size_t i = 0; i < news.count; i++)
        TRY(look_at_member(finding, room, news.items[i]));
    return RC_OK;
}

static bool became_encrypted(const struct finding *finding, const struct room *room)
{
    const struct event *encryption = room_state_get(room->state, S("m.room.encryption"), S(""));
    return encryption && encryption->pos > finding->question->from;
}

static enum rc look_at_room(struct finding *finding, const struct user_room *mine)
{
    int64_t from = finding->question->from;
    const struct room *room;
    bool is = mine->membership == MEMBERSHIP_JOIN, was = is;
    if (!is && mine->pos <= from)
        return RC_OK;
    TRY(rooms_get(finding->question->tx, mine->room_nid, &room));
    if (room->last_pos <= from || !room_state_is_encrypted(room->state))
        return RC_OK;
    if (mine->pos > from)
        TRY(was_joined(finding, room, finding->question->user->user_id, &was));
    if (is && (!was || became_encrypted(finding, room)))
        return walk_members(finding, room, begin_with_member);
    if (was && !is)
        return walk_members(finding, room, cease_with_member);
    return is ? look_at_members(finding, room) : RC_OK;
}

static enum rc look_at_rooms(struct finding *finding)
{
    const struct device_lists_question *question = finding->question;
    const struct user_rooms *rooms = question->user->rooms;
    size_t count = question->by_notes ? question->note_count : rooms ? rooms->count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct user_room *mine =
            question->by_notes ? user_rooms_find(rooms, question->notes[i].room_nid) : &rooms->rooms[i];
        if (mine && !(question->by_notes && question->notes[i].pos <= question->from))
            TRY(look_at_room(finding, mine));
    }
    return RC_OK;
}

/* ---- the answer ---- */

static str *ids_of(struct arena *arena, const struct map *map, const struct map *except, size_t *ret_count)
{
    str *ids = arena_array(arena, str, map->count + 1);
    const struct user *user;
    *ret_count = 0;
    for (size_t cursor = 0; (user = map_next(map, &cursor, NULL, NULL));)
        if (!except || !map_get(except, user->nid))
            ids[(*ret_count)++] = user->user_id;
    return ids;
}

enum rc device_lists_find(const struct device_lists_question *question, struct device_lists *ret_lists)
{
    struct finding finding = {.question = question};
    struct arena *arena = question->tx->arena;
    enum rc rc = find_changed_keys(&finding);
    if (rc == RC_OK)
        rc = find_own_signatures(&finding);
    if (rc == RC_OK)
        rc = look_at_rooms(&finding);
    if (rc == RC_OK) {
        ret_lists->changed = ids_of(arena, &finding.changed, &finding.left, &ret_lists->changed_count);
        ret_lists->left = ids_of(arena, &finding.left, NULL, &ret_lists->left_count);
    }
    map_fini(&finding.changed);
    map_fini(&finding.left);
    return rc;
}

static void add_ids(struct strbuf *out, const str *ids, size_t count)
{
    strbuf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        strbuf_add_json(out, ids[i]);
    }
    strbuf_add_char(out, ']');
}

void device_lists_add(struct strbuf *out, const struct device_lists *lists)
{
    strbuf_add(out, S("{\"changed\":"));
    add_ids(out, lists->changed, lists->changed_count);
    strbuf_add(out, S(",\"left\":"));
    add_ids(out, lists->left, lists->left_count);
    strbuf_add_char(out, '}');
}
