/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Public rooms one might like (obligation 1.13). With consent, those come first in which most people are whom one
 * shares rooms with; never from what anybody wrote. Without it: the most joined, the same for everyone.
 */
#include "api/public_room.h"
#include "base/map.h"
#include "privacy/consent.h"
#include "store/gate.h"

#include "api/call.h"

#include <stdlib.h>

enum { SHOWN_MAX = 20, ROOMS_LOOKED_AT = 500, PEOPLE_LOOKED_AT = 2000, MEMBERS_LOOKED_AT = 50000 };

struct candidate {
    const struct room *room;
    size_t acquaintances, members;
};

/* ---- whom one shares rooms with ---- */

struct people {
    struct map ids; /* user id → itself */
    str self;
    size_t left; /* how many more are looked at */
    size_t found;
};

static bool note_person(const struct event *event, enum membership membership, void *ctx)
{
    struct people *people = ctx;
    str id = event->state_key;
    if (membership == MEMBERSHIP_JOIN && !str_eq(id, people->self) && !map_get_str(&people->ids, id))
        map_put_str(&people->ids, id, (void *)event);
    return people->ids.count < PEOPLE_LOOKED_AT;
}

static enum rc people_find(struct call *call, struct people *people)
{
    const struct user *user = call->who.user;
    for (size_t i = 0; i < user->rooms->count && people->ids.count < PEOPLE_LOOKED_AT; i++) {
        const struct room *room;
        if (user->rooms->rooms[i].membership != MEMBERSHIP_JOIN)
            continue;
        TRY(rooms_get(call->tx, user->rooms->rooms[i].room_nid, &room));
        room_state_each_member(room->state, note_person, people);
    }
    return RC_OK;
}

static bool count_person(const struct event *event, enum membership membership, void *ctx)
{
    struct people *people = ctx;
    people->found += membership == MEMBERSHIP_JOIN && map_get_str(&people->ids, event->state_key);
    return --people->left > 0;
}

static void count_people(struct people *people, struct candidate *candidates, size_t count)
{
    people->left = MEMBERS_LOOKED_AT;
    for (size_t i = 0; i < count && people->left; i++) {
        people->found = 0;
        room_state_each_member(candidates[i].room->state, count_person, people);
        candidates[i].acquaintances = people->found;
    }
}

static enum rc personalise(struct call *call, struct candidate *candidates, size_t count)
{
    struct people people = {.self = call->who.user_id};
    TRY(gate_check(call->tx, call->who.user_nid, FIELD_MEMBERSHIP, PURPOSE_RECOMMENDATION));
    enum rc rc = people_find(call, &people);
    if (rc == RC_OK)
        count_people(&people, candidates, count);
    map_fini(&people.ids);
    return rc;
}

/* ---- the list ---- */

static int by_rank(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    if (left->acquaintances != right->acquaintances)
        return left->acquaintances < right->acquaintances ? 1 : -1;
    if (left->members != right->members)
        return left->members < right->members ? 1 : -1;
    return (left->room->nid > right->room->nid) - (left->room->nid < right->room->nid);
}

/* Listed rooms one is not in. */
static enum rc candidates_find(struct call *call, struct candidate **ret_candidates, size_t *ret_count)
{
    uint64_t *nids;
    size_t nid_count, count = 0;
    TRY(rooms_listed(call->tx, &nids, &nid_count));
    nid_count = nid_count < ROOMS_LOOKED_AT ? nid_count : ROOMS_LOOKED_AT;
    struct candidate *candidates = arena_array(call->arena, struct candidate, nid_count);
    for (size_t i = 0; i < nid_count; i++) {
        struct candidate *candidate = &candidates[count];
        TRY(rooms_get(call->tx, nids[i], &candidate->room));
        candidate->members = room_state_member_count(candidate->room->state, MEMBERSHIP_JOIN);
        candidate->acquaintances = 0;
        count += room_state_membership(candidate->room->state, call->who.user_id) != MEMBERSHIP_JOIN;
    }
    *ret_candidates = candidates;
    *ret_count = count;
    return RC_OK;
}

static enum rc get_recommendations(struct call *call)
{
    struct candidate *candidates;
    size_t count;
    bool personalised;
    TRY(candidates_find(call, &candidates, &count));
    TRY(consent_holds(call->tx, call->who.user_nid, PURPOSE_RECOMMENDATION, &personalised));
    if (personalised)
        TRY(personalise(call, candidates, count));
    qsort(candidates, count, sizeof *candidates, by_rank);
    struct strbuf *out = &call->out;
    strbuf_printf(out, "{\"personalised\":%s,\"rooms\":[", personalised ? "true" : "false");
    for (size_t i = 0; i < count && i < SHOWN_MAX; i++) {
        if (i > 0)
            strbuf_add_char(out, ',');
        public_room_add(out, candidates[i].room);
        strbuf_add_char(out, '}');
    }
    strbuf_add(out, S("]}"));
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyRecommendations",
     .method = HTTP_GET,
     .path = "/_parley/v1/recommendations",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .also = PURPOSE_BIT(PURPOSE_RECOMMENDATION),
     .run = get_recommendations},
};

extern const struct endpoint_module recommendations_module;
const struct endpoint_module recommendations_module = ENDPOINT_MODULE(endpoints);
