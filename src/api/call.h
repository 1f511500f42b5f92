/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A call: one API request on its way through an endpoint, and everything of it, in one arena.
 *
 * An endpoint is one constant in its module's file (see api/endpoint.h). Its handler is a plain function that runs to
 * its end: it reads call->body and call->params, works on call->tx, and writes its answer into call->out or returns
 * an error. It never waits and takes no lock.
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/endpoint.h"
#include "net/http.h"
#include "privacy/personal.h"
#include "store/rooms.h"
#include "store/users.h"
#include "json/json.h"

struct appservice;
struct server; /* api/server.h: configuration and the parts a handler may need */

enum { CALL_MAX_PARAMS = 6, CALL_MAX_HEADERS = 8 };

/* Who asks, as the access token says. user is NULL for endpoints open to anyone when no token was given. */
struct caller {
    const struct user *user; /* as of the start of the call; borrowed from the call */
    uint64_t user_nid;
    uint64_t device_nid;
    uint64_t session_nid;   /* the row of the access token; 0: a service's */
    str user_id, device_id; /* no device: a service without one */
    bool guest;
    const struct appservice *service; /* it asks in the user's name, or in nobody's; NULL: the user does */
    bool has_time;                    /* it says when what it sends happened */
    int64_t time_ms;
};

struct call {
    struct arena *arena;
    struct server *server;
    const struct endpoint *endpoint;
    struct http_request *http;
    str params[CALL_MAX_PARAMS]; /* path parameters in the order of the path, percent-decoded, UTF-8 */
    yyjson_val *body;            /* BODY_JSON: the parsed object; else NULL. The bytes are http->body */
    struct caller who;
    struct tx *tx;     /* READ, WRITE: the unit of work; NULL in the slow step */
    void *slow_result; /* what the slow step left for run() */

    /* The answer. `status` is 200 unless set. `out` is JSON text unless content_type is set. Empty out means {}. */
    int status;
    struct strbuf out;
    str content_type;
    struct http_header *headers; /* of this answer alone; see call_header() */
    size_t header_count;
    struct http_source *source; /* instead of out */
    uint64_t source_length;     /* or HTTP_LENGTH_UNKNOWN; see api/pages.h */

    struct call_private *p;
};

/*
 * Failing. A handler may return any rc with call->err words set (the rc's default Matrix code and status is used), or
 * choose exactly: return call_fail(call, 403, "M_FORBIDDEN", "You are not in this room.").
 * The text is shown to the user: it says what to do, and holds no personal value of anybody else.
 */
enum rc call_fail(struct call *call, int status, const char *errcode, const char *text);
/* The same with one more member of the error object, e.g. "retry_after_ms":5000 (raw JSON text behind the comma). */
enum rc call_fail_with(struct call *call, int status, const char *errcode, const char *text, str more_members);
/* 429 M_LIMIT_EXCEEDED, with when to come back: Retry-After and retry_after_ms. */
enum rc call_fail_limited(struct call *call, const char *text, int64_t wait_ms);
struct error *call_err(struct call *call);

/* The decoded value of a query parameter: the first of that name; STR_NONE when absent. */
str call_query(struct call *call, const char *name);
/* The i-th parameter, decoded; false: there are fewer. */
bool call_query_at(struct call *call, size_t i, str *ret_name, str *ret_value);
/* RC_INVALID (M_INVALID_PARAM) when it is there but not a number of that range. */
enum rc call_query_i64(struct call *call, const char *name, int64_t fallback, int64_t min, int64_t max,
                       int64_t *ret) MUST_USE;
enum rc call_query_bool(struct call *call, const char *name, bool fallback, bool *ret) MUST_USE;
/* BODY_RAW: the decoded value of a field of a form (application/x-www-form-urlencoded); STR_NONE when absent. */
str call_form_value(struct call *call, const char *name);
void call_header(struct call *call, str name, str value);
/* Serialises a mutable value as the answer. */
void call_reply_json(struct call *call, yyjson_mut_val *value);
/* "yes" of now: the wall clock, ms. */
int64_t call_now_ms(struct call *call);

/* Common look-ups that fail with the spec's words. The room the caller must be joined to (else 403 M_FORBIDDEN; unknown
 * rooms answer alike, so that ids cannot be probed). */
enum rc call_joined_room(struct call *call, str room_id, const struct room **ret_room) MUST_USE;
/* 403 unless the {userId} parameter is the caller. */
enum rc call_self(struct call *call, str user_id) MUST_USE;

/* Of prepare(): the answer in call->out is whole, and neither the slow step nor run() is to come. */
enum rc call_is_answered(struct call *call);

/*
 * PARK endpoints: run() may return call_park(call), and so may prepare() of any endpoint: no answer leaves; whoever
 * parked it answers later, on the same loop, through call_resume() with the answer in call->out. on_gone is called once
 * if the client leaves or the server drains (then call_abandon() it). The call and its arena live until then.
 */
enum rc call_park(struct call *call, void (*on_gone)(struct call *call, void *ctx), void *ctx);
void call_resume(struct call *call, enum rc rc);
/* The same with what fn returns, which may park the call again. Of a call parked by prepare(), RC_OK goes on with its
 * slow step and run(). */
void call_continue(struct call *call, enum rc (*fn)(struct call *call, void *ctx), void *ctx);
void call_abandon(struct call *call);

/* Work of the server's own that runs as a WRITE on behalf of nobody (timers, jobs). Thread-safe. act is a constant. */
void server_write(struct server *server, const struct act *act, enum rc (*run)(struct tx *tx, void *arg),
                  void (*done)(void *arg, enum rc rc), void *arg);

#endif
