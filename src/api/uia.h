/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * User-interactive authentication (spec "User-Interactive Authentication API").
 *
 * An endpoint that asks for it goes through three steps:
 *   prepare()  uia_prepare()  reads "auth" and what checking it needs; a request without auth is answered here
 *   slow()     uia_slow()     checks a password
 *   run()      uia_run()      judges the stage; either all of a flow is done, or the answer is 401 with what is left
 *
 * Sessions live in memory, bounded and short-lived: losing them costs a person some steps, never a right. A session
 * belongs to one operation of one account and, unless the operation says otherwise, to one set of parameters: what was
 * agreed to for one request cannot be used for another.
 */
#ifndef API_UIA_H
#define API_UIA_H

#include "api/call.h"
#include "base/language.h"
#include "store/codes.h"

enum uia_stage {
    UIA_TERMS = 1,         /* m.login.terms */
    UIA_MSISDN = 2,        /* m.login.msisdn: a number proven for registration */
    UIA_DUMMY = 4,         /* m.login.dummy */
    UIA_PASSWORD = 8,      /* m.login.password */
    UIA_SMS = 16,          /* org.parley.login.sms: the account's own number proven again */
    UIA_RESET = 32,        /* m.login.msisdn: the same, also of somebody not signed in */
    UIA_TOKEN = 64,        /* m.login.registration_token: one use of it is the session's until that ends */
    UIA_EMAIL = 128,       /* m.login.email.identity: an address proven for registration */
    UIA_EMAIL_RESET = 256, /* the same: the account's own address proven, also of somebody not signed in */
};

enum { UIA_CREDENTIAL_MAX = 255 };
enum { UIA_MAX_STAGES = 4, UIA_SESSIONS = 10000, UIA_SESSION_LIFE_MS = 60 * 60 * 1000 };
enum { UIA_REPLAY_LIFE_MS = 2 * 60 * 1000 }; /* how long an answered registration is answered again */

/* In the order a client should go; ends with 0. */
struct uia_flow {
    uint32_t stages[UIA_MAX_STAGES + 1];
};

struct uia_operation {
    const char *name;
    struct uia_flow flows[5]; /* ends with an empty one */
    bool any_parameters; /* registration: a taken name may be replaced without doing everything again, parameters given
                          * once need not be repeated, and the finishing request may be (its answer may get lost) */
};

/* A code session, by what its client knows of it. */
struct uia_proof {
    char sid[UIA_CREDENTIAL_MAX + 1], client_secret[UIA_CREDENTIAL_MAX + 1];
};

/* What the stages left. */
struct uia_result {
    struct uia_proof proofs[CODE_MEDIA]; /* of the stages that prove a contact, by medium */
    uint64_t subject;                    /* UIA_SMS, UIA_RESET, UIA_EMAIL_RESET: whose contact it is */
    enum language language;              /* UIA_TERMS: of the text shown */
    uint32_t completed;                  /* stages */
};

struct uia; /* the sessions under way */
struct uia *uia_new(struct env *env);
void uia_free(struct uia **uia);

struct uia_attempt; /* one request's; an application service's has nothing to prove and is never asked */

/* With a read tx. Without an "auth" that names a stage the answer is ready: call->status is 401. */
enum rc uia_prepare(struct call *call, const struct uia_operation *operation,
                    struct uia_attempt **ret_attempt) MUST_USE;
/* The two halves of uia_prepare(), for an operation that has to look at its parameters in between. */
enum rc uia_open(struct call *call, const struct uia_operation *operation, struct uia_attempt **ret_attempt) MUST_USE;
enum rc uia_ask(struct call *call, struct uia_attempt *attempt) MUST_USE;
/* any_parameters: the parameters to go by: the request's own, or those of an earlier one of the session when this one
 * has none. */
yyjson_val *uia_parameters(struct call *call, const struct uia_attempt *attempt);
/* The account an equal request of this session has made before; 0: none. */
uint64_t uia_made_user(const struct uia_attempt *attempt);
/* WRITE. From the commit on, it has. */
void uia_note_made_user(struct call *call, struct uia_attempt *attempt, uint64_t user_nid);

/* Will this request end it, if its stage is passed? */
bool uia_may_complete(const struct uia_attempt *attempt);
void uia_slow(struct uia_attempt *attempt);
/* *ret_passed false: call->status is 401 and the answer is there: return RC_OK. */
enum rc uia_run(struct call *call, struct uia_attempt *attempt, bool *ret_passed,
                struct uia_result *ret_result) MUST_USE;

/*
 * A stage by itself, on the page of its own (spec "Fallback"; api/auth_page.c): done there, it is done in the session,
 * and the request goes on with the session alone.
 */
/* RC_NOT_FOUND: there is no such session, it is over, or it offers no such stage. */
enum rc uia_stage_find(struct call *call, str session_id, str type, enum uia_stage *ret_stage) MUST_USE;
/* The call's body is the "auth". RC_NOT_FOUND likewise. Then uia_slow(). */
enum rc uia_stage_open(struct call *call, str session_id, str type, struct uia_attempt **ret_attempt) MUST_USE;
/* WRITE. 401 with the stage's own words when it is not passed. */
enum rc uia_stage_run(struct call *call, struct uia_attempt *attempt) MUST_USE;

#endif
