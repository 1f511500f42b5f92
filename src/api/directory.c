/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Published room directory": directory/list/room/{roomId}, publicRooms. Rooms by number of members, largest
 * first; a page token is a place in that order. */
#include "api/on_behalf.h"
#include "api/public_room.h"
#include "api/room_access.h"
#include "appservice/appservice.h"
#include "store/service_rooms.h"

#include <stdlib.h>

enum { DEFAULT_LIMIT = 50, MAX_LIMIT = 500, MAX_TERM = 255, ROOMS_LOOKED_AT = 5000 };

/* ---- is a room listed? ---- */

static enum rc known_room(struct call *call, const struct room **ret_room)
{
    enum rc rc = rooms_find(call->tx, call->params[0], ret_room);
    return rc == RC_NOT_FOUND ? call_fail(call, 404, "M_NOT_FOUND", "There is no such room.") : rc;
}

static enum rc get_listed(struct call *call)
{
    const struct room *room;
    TRY(known_room(call, &room));
    strbuf_add(&call->out, room->listed ? S("{\"visibility\":\"public\"}") : S("{\"visibility\":\"private\"}"));
    return RC_OK;
}

static enum rc put_listed(struct call *call)
{
    const struct room *room;
    str visibility;
    TRY(json_get_str(call->body, "visibility", &visibility, call_err(call)));
    bool listed = !visibility.ptr || str_eq(visibility, S("public"));
    if (!listed && !str_eq(visibility, S("private")))
        return call_fail(call, 400, "M_BAD_JSON", "visibility must be public or private.");
    TRY(known_room(call, &room));
    if (!room_caller_lists(call, room))
        return call_fail(call, 403, "M_FORBIDDEN", "Only the room's moderators decide whether it is listed.");
    return rooms_set_listed(call->tx, &room, listed);
}

/* ---- publicRooms ---- */

struct listing {
    str term;
    str *types; /* NULL: any; an empty one stands for rooms without a type */
    size_t type_count;
    bool by_type;
    bool all_networks; /* what application services list, too … */
    str instance;      /* … or what one of them lists on one network, and nothing else; empty: no */
    size_t limit, start;
};

static bool contains_nocase(str text, str term)
{
    for (size_t i = 0; i + term.len <= text.len; i++)
        if (str_eq_nocase(str_from(text.ptr + i, term.len), term))
            return true;
    return false;
}

static bool listing_allows(const struct listing *listing, const struct room *room)
{
    const struct room_state *state = room->state;
    if (listing->term.len && !contains_nocase(room_state_name(state), listing->term)
        && !contains_nocase(room_state_topic(state), listing->term)
        && !contains_nocase(room_state_canonical_alias(state), listing->term))
        return false;
    if (!listing->by_type)
        return true;
    for (size_t i = 0; i < listing->type_count; i++)
        if (str_eq(listing->types[i], room_state_room_type(state)))
            return true;
    return false;
}

static int by_members(const void *a, const void *b)
{
    const struct room *left = *(const struct room *const *)a, *right = *(const struct room *const *)b;
    size_t left_count = room_state_member_count(left->state, MEMBERSHIP_JOIN);
    size_t right_count = room_state_member_count(right->state, MEMBERSHIP_JOIN);
    if (left_count != right_count)
        return left_count < right_count ? 1 : -1;
    return (left->nid > right->nid) - (left->nid < right->nid);
}

struct nids {
    uint64_t *items;
    size_t count;
};

static enum rc add_of_service(struct call *call, const struct appservice *service, struct nids *nids)
{
    struct nids more;
    TRY(service_rooms_list(call->tx, service->id, STR_NONE, &more.items, &more.count));
    struct nids sum = {arena_array(call->arena, uint64_t, nids->count + more.count), nids->count + more.count};
    if (nids->count)
        memcpy(sum.items, nids->items, nids->count * sizeof *nids->items);
    if (more.count)
        memcpy(sum.items + nids->count, more.items, more.count * sizeof *more.items);
    *nids = sum;
    return RC_OK;
}

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void drop_doubles(struct nids *nids)
{
    size_t kept = 0;
    qsort(nids->items, nids->count, sizeof *nids->items, by_number);
    for (size_t i = 0; i < nids->count; i++)
        if (i == 0 || nids->items[i] != nids->items[i - 1])
            nids->items[kept++] = nids->items[i];
    nids->count = kept;
}

/* What is listed where the question looks. Of services only those that are registered now count. */
static enum rc listed_rooms(struct call *call, const struct listing *listing, struct nids *ret_nids)
{
    const struct appservices *services = services_now(call->server);
    *ret_nids = (struct nids){0};
    if (listing->instance.len) {
        str network;
        const struct appservice *service = appservices_find_instance(services, listing->instance, &network);
        return service ? service_rooms_list(call->tx, service->id, network, &ret_nids->items, &ret_nids->count) : RC_OK;
    }
    TRY(rooms_listed(call->tx, &ret_nids->items, &ret_nids->count));
    if (!listing->all_networks || services->count == 0)
        return RC_OK;
    for (size_t i = 0; i < services->count; i++)
        TRY(add_of_service(call, services->items[i], ret_nids));
    drop_doubles(ret_nids);
    return RC_OK;
}

static enum rc answer_listing(struct call *call, const struct listing *listing)
{
    struct nids nids;
    TRY(listed_rooms(call, listing, &nids));
    nids.count = nids.count < ROOMS_LOOKED_AT ? nids.count : ROOMS_LOOKED_AT;
    const struct room **rooms = arena_array(call->arena, const struct room *, nids.count);
    size_t count = 0;
    for (size_t i = 0; i < nids.count; i++) {
        TRY(rooms_get(call->tx, nids.items[i], &rooms[count]));
        count += listing_allows(listing, rooms[count]);
    }
    qsort(rooms, count, sizeof *rooms, by_members);

    struct strbuf *out = &call->out;
    size_t start = listing->start < count ? listing->start : count;
    size_t end = count - start > listing->limit ? start + listing->limit : count;
    strbuf_add(out, S("{\"chunk\":["));
    for (size_t i = start; i < end; i++) {
        if (i > start)
            strbuf_add_char(out, ',');
        public_room_add(out, rooms[i]);
        strbuf_add_char(out, '}');
    }
    strbuf_printf(out, "],\"total_room_count_estimate\":%zu", count);
    if (end < count)
        strbuf_printf(out, ",\"next_batch\":\"p%zu\"", end);
    if (start > 0)
        strbuf_printf(out, ",\"prev_batch\":\"p%zu\"", start > listing->limit ? start - listing->limit : 0);
    strbuf_add_char(out, '}');
    return RC_OK;
}

static enum rc read_since(struct call *call, str since, size_t *ret_start)
{
    uint64_t start = 0;
    if (since.len && (since.ptr[0] != 'p' || str_to_u64(str_skip(since, 1), &start) != RC_OK))
        return call_fail(call, 400, "M_INVALID_PARAM", "since is not a token of this server's.");
    *ret_start = start;
    return RC_OK;
}

/* Another server's directory: there is no federation. */
static enum rc check_server(struct call *call)
{
    str server = call_query(call, "server");
    if (server.len && !str_eq(server, store_server_name(call->tx->store)))
        return call_fail(call, 404, "M_NOT_FOUND", "This server knows only its own rooms.");
    return RC_OK;
}

static enum rc get_public_rooms(struct call *call)
{
    struct listing listing = {0};
    int64_t limit;
    TRY(check_server(call));
    TRY(call_query_i64(call, "limit", DEFAULT_LIMIT, 0, INT64_MAX, &limit));
    listing.limit = limit < MAX_LIMIT ? (size_t)limit : MAX_LIMIT;
    TRY(read_since(call, call_query(call, "since"), &listing.start));
    return answer_listing(call, &listing);
}

/* room_types: null among them stands for rooms without a type. */
static enum rc read_types(struct call *call, yyjson_val *filter, struct listing *listing)
{
    yyjson_val *types, *item;
    TRY(json_get_array(filter, "room_types", &types, call_err(call)));
    if (!types)
        return RC_OK;
    listing->by_type = true;
    listing->types = arena_array(call->arena, str, yyjson_arr_size(types));
    size_t i, n;
    yyjson_arr_foreach(types, i, n, item)
    {
        if (!yyjson_is_null(item) && !yyjson_is_str(item))
            return error_set(call_err(call), RC_BAD_JSON, "room_types holds names and null");
        listing->types[listing->type_count++] = json_str_of(item);
    }
    return RC_OK;
}

static enum rc post_public_rooms(struct call *call)
{
    struct listing listing = {0};
    struct error *err = call_err(call);
    int64_t limit;
    str since;
    yyjson_val *filter;
    TRY(check_server(call));
    TRY(json_get_i64(call->body, "limit", DEFAULT_LIMIT, &limit, err));
    if (limit < 0)
        return call_fail(call, 400, "M_INVALID_PARAM", "limit cannot be negative.");
    listing.limit = limit < MAX_LIMIT ? (size_t)limit : MAX_LIMIT;
    TRY(json_get_str(call->body, "since", &since, err));
    TRY(read_since(call, since, &listing.start));
    TRY(json_get_bool(call->body, "include_all_networks", false, &listing.all_networks, err));
    TRY(json_get_str(call->body, "third_party_instance_id", &listing.instance, err));
    if (listing.all_networks && listing.instance.len)
        return call_fail(call, 400, "M_INVALID_PARAM", "Either all networks are asked for, or one.");
    TRY(json_get_object(call->body, "filter", &filter, err));
    if (filter) {
        TRY(json_get_str(filter, "generic_search_term", &listing.term, err));
        TRY(read_types(call, filter, &listing));
    }
    if (listing.term.len > MAX_TERM)
        return call_fail(call, 400, "M_INVALID_PARAM", "The search term is too long.");
    return answer_listing(call, &listing);
}

static const struct endpoint endpoints[] = {
    {.name = "getRoomVisibilityOnDirectory",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/directory/list/room/{roomId}",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_listed},
    {.name = "setRoomVisibilityOnDirectory",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/directory/list/room/{roomId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_MESSAGING,
     .run = put_listed},
    {.name = "getPublicRooms",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/publicRooms",
     .auth = AUTH_OPTIONAL,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_public_rooms},
    {.name = "queryPublicRooms",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/publicRooms",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = post_public_rooms},
};

extern const struct endpoint_module directory_module;
const struct endpoint_module directory_module = ENDPOINT_MODULE(endpoints);
