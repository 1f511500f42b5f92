/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Discovering rooms within spaces": GET …/hierarchy. */
#include "api/room_summary.h"
#include "api/space_walk.h"
#include "crypto/crypto.h"
#include "store/gate.h"

enum { DEFAULT_LIMIT = 50, MAX_LIMIT = 100, MAX_DEPTH = 32 };

struct hierarchy {
    struct call *call;
    bool suggested_only;
    int64_t max_depth, limit, skip;
};

/*
 * A page's token: how many rooms came before, and what was asked for, which must not change on the way. The walk is
 * done again for each page: nothing is kept between two of them.
 */
static str token_of(const struct hierarchy *hierarchy, int64_t skip)
{
    struct arena *arena = hierarchy->call->arena;
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256(hierarchy->call->params[0], digest);
    str place = crypto_base64(arena, str_from(digest, 9), true);
    return arena_printf(arena, "h%lld.%lld.%d.%.*s", (long long)skip, (long long)hierarchy->max_depth,
                        hierarchy->suggested_only, STR_ARG(place));
}

static enum rc read_token(struct hierarchy *hierarchy)
{
    struct call *call = hierarchy->call;
    str token = call_query(call, "from"), skip;
    if (!token.ptr)
        return RC_OK;
    bool has_form = str_starts(token, S("h")) && str_split(str_skip(token, 1), '.', &skip).ptr
                    && str_to_i64(skip, &hierarchy->skip) == RC_OK && hierarchy->skip > 0;
    if (!has_form || !str_eq(token, token_of(hierarchy, hierarchy->skip)))
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "from is no token of this walk; suggested_only and max_depth cannot change on the way.");
    return RC_OK;
}

static enum rc read_request(struct hierarchy *hierarchy)
{
    struct call *call = hierarchy->call;
    TRY(call_query_bool(call, "suggested_only", false, &hierarchy->suggested_only));
    TRY(call_query_i64(call, "limit", DEFAULT_LIMIT, 1, INT64_MAX, &hierarchy->limit));
    TRY(call_query_i64(call, "max_depth", MAX_DEPTH, 0, INT64_MAX, &hierarchy->max_depth));
    if (hierarchy->limit > MAX_LIMIT)
        hierarchy->limit = MAX_LIMIT;
    if (hierarchy->max_depth > MAX_DEPTH)
        hierarchy->max_depth = MAX_DEPTH;
    return read_token(hierarchy);
}

static void add_child(struct strbuf *out, const struct event *child)
{
    event_add_stripped_json(out, child);
    out->len--; /* the brace */
    strbuf_add(out, S(",\"origin_server_ts\":"));
    strbuf_add_i64(out, child->origin_server_ts);
    strbuf_add_char(out, '}');
}

static enum rc add_room(const struct hierarchy *hierarchy, const struct room *room, struct strbuf *out)
{
    const struct event **children;
    size_t count;
    TRY(space_children(hierarchy->call, room, hierarchy->suggested_only, &children, &count));
    TRY(room_summary_add(hierarchy->call, room, out));
    strbuf_add(out, S(",\"children_state\":["));
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        add_child(out, children[i]);
    }
    strbuf_add(out, S("]}"));
    return RC_OK;
}

static enum rc add_page(const struct hierarchy *hierarchy, struct space_walk *walk, struct strbuf *out)
{
    const struct room *room;
    int64_t seen = 0, last = hierarchy->skip + hierarchy->limit;
    enum rc rc;
    strbuf_add(out, S("{\"rooms\":["));
    while ((rc = space_walk_next(walk, &room)) == RC_OK && seen < last) {
        if (seen++ < hierarchy->skip)
            continue;
        if (seen > hierarchy->skip + 1)
            strbuf_add_char(out, ',');
        TRY(add_room(hierarchy, room, out));
    }
    strbuf_add_char(out, ']');
    if (rc == RC_OK) { /* one more was found */
        strbuf_add(out, S(",\"next_batch\":"));
        strbuf_add_json(out, token_of(hierarchy, last));
    }
    strbuf_add_char(out, '}');
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* The room it begins with is refused in words, unlike those below it. */
static enum rc check_root(struct call *call)
{
    const struct room *room;
    bool may = false;
    enum rc rc = rooms_find(call->tx, call->params[0], &room);
    if (rc == RC_OK)
        rc = room_summary_may_see(call, room, &may);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !may))
        return call_fail(call, 403, "M_FORBIDDEN", "There is no such room, or it does not show itself.");
    return rc;
}

static enum rc get_hierarchy(struct call *call)
{
    struct hierarchy hierarchy = {.call = call};
    struct space_walk walk;
    TRY(read_request(&hierarchy));
    TRY(gate_check(call->tx, call->who.user_nid, FIELD_EVENT, call->tx->act->purpose));
    TRY(check_root(call));
    space_walk_init(&walk, call, call->params[0], hierarchy.suggested_only, hierarchy.max_depth);
    enum rc rc = add_page(&hierarchy, &walk, &call->out);
    space_walk_fini(&walk);
    return rc;
}

static const struct endpoint endpoints[] = {
    {.name = "getSpaceHierarchy",
     .method = HTTP_GET,
     .path = "/_matrix/client/v1/rooms/{roomId}/hierarchy",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_MESSAGING,
     .run = get_hierarchy},
};

extern const struct endpoint_module space_hierarchy_module;
const struct endpoint_module space_hierarchy_module = ENDPOINT_MODULE(endpoints);
