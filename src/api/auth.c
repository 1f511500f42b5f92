/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/auth.h"

#include "api/agreement.h"
#include "api/call_private.h"
#include "api/on_behalf.h"
#include "api/server.h"
#include "appservice/appservice.h"
#include "privacy/last_seen.h"
#include "store/sessions.h"

/* The header wins; the query parameter is deprecated but must be taken. */
static str token_of(struct call *call)
{
    str header = http_request_header(call->http, S("authorization")), scheme;
    if (header.ptr) {
        str token = str_split(header, ' ', &scheme);
        return str_eq_nocase(scheme, S("Bearer")) && token.ptr ? str_trim(token) : STR_NONE;
    }
    return call->http->query.len ? call_query(call, "access_token") : STR_NONE;
}

enum rc call_fail_locked(struct call *call)
{
    return call_fail_with(call, 401, "M_USER_LOCKED", "This account is locked. Ask the people who run this server.",
                          S("\"soft_logout\":true"));
}

enum rc call_fail_guest(struct call *call)
{
    return call_fail(call, 403, "M_GUEST_ACCESS_FORBIDDEN", "Guests cannot do this. Make an account first.");
}

/* Spec "Guest Access" lists what they may do; their rights they have in any case, also where guests are no longer
 * admitted. */
static bool admits_guests(struct call *call)
{
    enum endpoint_auth wanted = call->endpoint->auth;
    if (wanted != AUTH_GUEST_TOO)
        return wanted == AUTH_OPTIONAL;
    return call->server->config->registration.guests || call->endpoint->purpose == PURPOSE_RIGHTS;
}

static enum rc account_standing(struct call *call, const struct user *user)
{
    if (user->flags & USER_DEACTIVATED)
        return call_fail(call, 401, "M_UNKNOWN_TOKEN", "This account has been closed.");
    /* Spec "Account locking": everything but signing out. */
    bool signing_out = str_starts(str_of(call->endpoint->name), S("logout"));
    if (user->flags & USER_LOCKED && !signing_out)
        return call_fail_locked(call);
    return user->flags & USER_GUEST && !admits_guests(call) ? call_fail_guest(call) : RC_OK;
}

/* What staff do is not the subject's contract, and is on their record (obligations 1.18, 4.7, 4.8). */
static enum rc admit_staff(struct call *call, const struct user *user)
{
    enum endpoint_auth wanted = call->endpoint->auth;
    if (wanted != AUTH_STAFF && (wanted != AUTH_SELF_OR_STAFF || str_eq(call->params[0], user->user_id)))
        return RC_OK;
    if (!(user->flags & USER_ADMIN))
        return call_fail(call, 403, "M_FORBIDDEN", "This is for the people who run this server.");
    struct act *act = &call->p->act;
    act->actor = ACTOR_STAFF;
    act->basis = BASIS_STABLE_SERVICE;
    act->grade = GRADE_RESTRICTED;
    act->reason = call->endpoint->reason;
    return RC_OK;
}

static enum rc authenticate_session(struct call *call, str token)
{
    const struct session *session;
    const struct user *user;
    enum rc rc = sessions_find(call->tx, token, &session);
    if (rc == RC_NOT_FOUND)
        rc = RC_UNAUTHORIZED;
    TRY(rc);
    TRY(users_get(call->tx, session->user_nid, &user));
    TRY(account_standing(call, user));
    TRY(admit_staff(call, user));
    call->who = (struct caller){
        .user = user,
        .user_nid = user->nid,
        .device_nid = session->device_nid,
        .session_nid = session->session_nid,
        .user_id = user->user_id,
        .device_id = session->device_id,
        .guest = user->flags & USER_GUEST,
    };
    call->p->act.actor_nid = user->nid;
    if (user->flags & USER_MACHINE) {
        call->p->act.actor = ACTOR_APPSERVICE;
        call->p->act.reason = "a session of an application service";
    }
    last_seen_note(call->server->last_seen, user->nid, session->device_nid, call->http->peer.ip,
                   http_request_header(call->http, S("user-agent")), call_now_ms(call));
    return agreement_check(call);
}

enum rc call_fail_missing_token(struct call *call)
{
    return call_fail(call, 401, "M_MISSING_TOKEN", "This needs an access token. Sign in first.");
}

bool call_has_token(struct call *call)
{
    return token_of(call).len > 0;
}

enum rc call_authenticate(struct call *call)
{
    enum endpoint_auth wanted = call->endpoint->auth;
    if (wanted == AUTH_NONE && call->endpoint->service != SERVICE_BARE)
        return RC_OK;
    str token = token_of(call);
    if (token.len == 0)
        return wanted == AUTH_NONE || wanted == AUTH_OPTIONAL ? RC_OK : call_fail_missing_token(call);
    const struct appservice *service = appservices_find_token(services_now(call->server), token);
    if (wanted != AUTH_NONE)
        return service ? on_behalf_authenticate(call, service) : authenticate_session(call, token);
    if (service)
        on_behalf_note_service(call, service);
    return RC_OK;
}
