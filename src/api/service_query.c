/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/service_query.h"

#include "api/server.h"
#include "api/service_round.h"
#include "store/aliases.h"

enum { QUERY_TIMEOUT_MS = 10 * 1000, QUERY_ANSWER_LIMIT = 64 * 1024 };

struct query_kind {
    const char *path, *legacy;
    bool (*owns)(const struct appservice *service, str id);
};

static const struct query_kind users = {"/_matrix/app/v1/users/", "/users/", appservice_owns_user};
static const struct query_kind rooms = {"/_matrix/app/v1/rooms/", "/rooms/", appservice_owns_alias};

static str address(struct call *call, const char *before, str id)
{
    struct strbuf buf = STRBUF_INIT;
    strbuf_add(&buf, str_of(before));
    ask_add_encoded(&buf, id);
    str text = arena_dup(call->arena, strbuf_str(&buf));
    strbuf_fini(&buf);
    return text;
}

static void add(struct call *call, struct service_round *round, const struct query_kind *kind,
                const struct appservice *service, str id)
{
    struct service_question question = {
        .method = OUTGOING_GET,
        .path = address(call, kind->path, id),
        .legacy = address(call, kind->legacy, id),
        .timeout_ms = QUERY_TIMEOUT_MS,
        .answer_limit = QUERY_ANSWER_LIMIT,
    };
    round_add(round, service, &question, id);
}

/* Yes or no, the look-up that follows says it. */
static enum rc on_second(struct call *call, const struct service_answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (answers[i].outcome != OUTGOING_ANSWERED)
            return call_fail(call, 408, "M_UNKNOWN", "A bridge that knows more does not answer. Try again later.");
    return RC_OK;
}

static const struct query_kind *kind_of(str id)
{
    return str_starts(id, S("@")) ? &users : &rooms;
}

/* Whom no answer came from is asked once more. */
static enum rc on_first(struct call *call, const struct service_answer *answers, size_t count)
{
    struct service_round *again = round_new(call, on_second);
    for (size_t i = 0; i < count; i++)
        if (answers[i].outcome != OUTGOING_ANSWERED)
            add(call, again, kind_of(answers[i].note), answers[i].service, answers[i].note);
    return round_run(again);
}

static enum rc ask(struct call *call, const struct query_kind *kind, str id)
{
    const struct appservices *services = appservice_registry_now(call->server->appservices);
    struct service_round *round = NULL;
    for (size_t i = 0; call->who.user && i < services->count; i++) {
        const struct appservice *service = services->items[i];
        /* A service knows what it has made. */
        if (!service->url.len || service == call->who.service || !kind->owns(service, id))
            continue;
        if (!round)
            round = round_new(call, on_first);
        add(call, round, kind, service, id);
    }
    return round ? round_run(round) : RC_OK;
}

static bool is_of_this_server(struct call *call, str id, char sigil)
{
    str name;
    str server = str_split(id, ':', &name);
    return name.len > 1 && name.ptr[0] == sigil && str_eq(server, store_server_name(call->server->store))
           && id.len <= EVENT_MAX_ID_BYTES && str_is_utf8(id);
}

enum rc service_query_user(struct call *call, str user_id)
{
    const struct user *user;
    if (!is_of_this_server(call, user_id, '@'))
        return RC_OK;
    enum rc rc = users_find(call->tx, user_id, &user);
    return rc == RC_NOT_FOUND ? ask(call, &users, user_id) : rc;
}

enum rc service_query_alias(struct call *call, str alias)
{
    uint64_t room_nid;
    if (!is_of_this_server(call, alias, '#'))
        return RC_OK;
    enum rc rc = aliases_find(call->tx, alias, &room_nid, NULL);
    return rc == RC_NOT_FOUND ? ask(call, &rooms, alias) : rc;
}

enum rc service_query_user_param(struct call *call)
{
    return service_query_user(call, call->params[0]);
}

enum rc service_query_user_body(struct call *call)
{
    return service_query_user(call, json_str_of(yyjson_obj_get(call->body, "user_id")));
}

enum rc service_query_alias_param(struct call *call)
{
    return service_query_alias(call, call->params[0]);
}
