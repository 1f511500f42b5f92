/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the operator does to accounts from the command line. The same code runs inside a running server (asked over the
 * control socket, admin/control.h) and, when none runs, in the command itself.
 */
#ifndef ADMIN_ACCOUNTS_H
#define ADMIN_ACCOUNTS_H

#include "store/store.h"
#include "json/json.h"

struct policy;

enum account_op {
    ACCOUNT_CREATE,
    ACCOUNT_RESET,
    ACCOUNT_LOCK,
    ACCOUNT_UNLOCK,
    ACCOUNT_HOLD,    /* law forbids to remove what is held of it (obligation 4.2) */
    ACCOUNT_RELEASE, /* … no longer */
    HOLD_NEXT,       /* of nobody: the next hold behind a number */
    ACCOUNT_BOUND,   /* changes nothing: which version of the policy bound it at a time (obligation 6.5) */
    STATISTICS_TELL, /* of nobody: the last answer to a statistic, or a new one (obligation 1.23) */
    TOKEN_CREATE,    /* of nobody, like the next two: a registration token */
    TOKEN_NEXT,      /* the next one behind a number */
    TOKEN_REMOVE,
    NOTICE_SEND,      /* of nobody in particular: a notice to one account or, without a name, to all */
    NOTICE_END,       /* likewise: what is pinned is in force no more */
    MEDIA_QUARANTINE, /* an upload, or all of an account, is shown to nobody */
    MEDIA_RELEASE,    /* … is shown again */
};
enum { ACCOUNT_TOLD_MAX = 3000 };

struct account_request {
    enum account_op op;
    str localpart;
    str password_hash;           /* CREATE, RESET */
    bool admin;                  /* CREATE: the account may administer the server */
    str reason;                  /* HOLD, MEDIA_ */
    bool quiet;                  /* HOLD: law forbids to tell the person */
    int64_t after;               /* HOLD_NEXT, TOKEN_NEXT */
    int64_t at_ms;               /* BOUND */
    str query;                   /* STATISTICS_TELL: which one */
    bool release;                /* STATISTICS_TELL: a new answer, which costs of the budget */
    str id;                      /* TOKEN_REMOVE; MEDIA_: one upload, empty for all of the account */
    int64_t uses, life_ms;       /* TOKEN_CREATE; 0: any number, for good */
    int64_t length;              /* TOKEN_CREATE: characters */
    str text, text_chinese;      /* NOTICE_SEND */
    bool pinned;                 /* NOTICE_SEND: it is in force until another one is */
    const struct policy *policy; /* BOUND: whose versions; of whoever carries it out, never sent */
};

/* As one JSON object, and back. RC_BAD_JSON when it is not a request. Strings point into the arena. */
str account_request_text(struct arena *arena, const struct account_request *request);
enum rc account_request_read(struct arena *arena, str text, struct account_request *ret_request,
                             struct error *err) MUST_USE;

/* Carries the request out as one write and waits for it. ret_told: what BOUND has to say; of STATISTICS_TELL a JSON
 * object with answer, left_micro and renewed_ms; of HOLD_NEXT one with nid, user, placed_ms, lifted_ms, quiet and
 * reason; of the MEDIA_ ones, what was done; of TOKEN_CREATE and TOKEN_NEXT one with nid, id, made_ms, expires_ms,
 * max_uses, uses, valid, and of one just made its token; else empty. RC_EXISTS, RC_NOT_FOUND and RC_INVALID (a name
 * that cannot be one) come with words for the operator. Not on the loop threads. */
enum rc account_run(struct store *store, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                    struct error *err) MUST_USE;

#endif
