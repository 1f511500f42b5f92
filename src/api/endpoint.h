/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The endpoint table: the single place that knows of each operation its address, who may call it, how it runs, what
 * it may cost and what personal data it is for. tests/unit/api/test_table walks it.
 */
#ifndef API_ENDPOINT_H
#define API_ENDPOINT_H

#include "base/str.h"
#include "net/http.h"
#include "privacy/personal.h"

struct call;
typedef enum rc (*call_fn)(struct call *call);

enum endpoint_auth {
    AUTH_NONE,          /* anyone; a token is not even looked at */
    AUTH_OPTIONAL,      /* anyone; a token, if given, must be valid */
    AUTH_USER,          /* a signed-in account, not a guest */
    AUTH_GUEST_TOO,     /* a signed-in account or a guest */
    AUTH_STAFF,         /* an administrator of the server */
    AUTH_SELF_OR_STAFF, /* whoever the first path parameter names, or an administrator */
};

enum endpoint_exec {
    EXEC_READ,  /* on the loop, against the read connections */
    EXEC_WRITE, /* on the writer, inside the group commit; the answer leaves after the commit */
    EXEC_PARK,  /* like READ, but may stay unanswered for long */
};

enum endpoint_rate {
    RATE_NONE,
    RATE_READ,    /* cheap: generous, per user */
    RATE_MESSAGE, /* sends */
    RATE_WRITE,   /* other changes, room making, invites … */
    RATE_LOGIN,   /* per address and account: guessing */
    RATE_CODE,    /* messages that cost money: strict */
    RATE_SEARCH,  /* looks through much */
    RATE_MEDIA,
};

/* What it is to application services (api/on_behalf.h). */
enum endpoint_service {
    SERVICE_AS_PEOPLE, /* the same as to a person */
    SERVICE_TIMED,     /* and they may say when it happened: ?ts= (spec "Timestamp massaging") */
    SERVICE_NAMED,     /* only in the name of an account they name: what concerns their own is sent to them */
    SERVICE_NOT,       /* a person's own business */
    SERVICE_BARE,      /* AUTH_NONE: their token is looked at, without anybody in whose name */
};

enum endpoint_body { BODY_NONE, BODY_JSON, BODY_JSON_OPTIONAL, BODY_RAW };

struct endpoint {
    const char *name; /* the spec's operationId, or parley…; appears in logs and metrics */
    enum http_method method;
    const char *path; /* "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}"; v3 is served as r0 too */
    enum endpoint_auth auth;
    enum endpoint_exec exec;
    enum endpoint_rate rate;
    enum endpoint_body body;
    enum endpoint_service service;
    size_t body_limit;       /* bytes; 0: the default of 64 KiB + 4 KiB for BODY_JSON; media: from configuration */
    enum purpose purpose;    /* enforced: the handler gets personal values for nothing else (store/gate.h) … */
    uint32_t also;           /* … but these, PURPOSE_BIT()s */
    const char *not_offered; /* NULL, or why the server does not do it and only answers as one without it */
    const char *reason;      /* of what staff may do: on the record of whom it concerns, without one they see nothing */
    bool unagreed;   /* open to who has not agreed to the policy in force, beside all that is for PURPOSE_RIGHTS: what
                      * leads out of the service (obligation 6.1) */
    bool settles;    /* takes a permission away: its answer waits until nothing that began before its commit is still
                      * running (api/barrier.h) */
    call_fn prepare; /* NULL, or a first look on the loop, with a read tx: what the slow step or run() needs, and who
                      * must be waited for before (call_park()). A call whose status it sets to other than 200 is
                      * answered with that and goes no further */
    call_fn slow;    /* NULL, or a step before run() on the pool: hashing, images. No tx, no store */
    call_fn run;
};

struct endpoint_module {
    const struct endpoint *endpoints;
    size_t count;
};

#define ENDPOINT_MODULE(array) ((struct endpoint_module){(array), sizeof(array) / sizeof *(array)})

/* Every module's endpoints: api/table.c. */
extern const struct endpoint_module *const endpoint_modules[];
extern const size_t endpoint_module_count;

/* A page or document for anybody, which touches no personal data. */
#define PUBLIC_GET(operation, address, handler)                                                                        \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = address, .auth = AUTH_NONE, .exec = EXEC_READ,                  \
        .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_NONE, .run = handler                                  \
    }

#endif
