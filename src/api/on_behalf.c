/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/on_behalf.h"

#include "api/auth.h"
#include "api/call_private.h"
#include "api/server.h"
#include "appservice/appservice.h"
#include "store/devices.h"
#include "json/json.h"

/* Device numbers have 62 bits. A call without a device gets a number of the account's own above them, so that what is
 * kept per device (transaction ids, connections of sliding sync) is kept apart for each account. */
#define NO_DEVICE(user_nid) ((user_nid) | UINT64_C(1) << 62)

const struct appservices *services_now(const struct server *server)
{
    return appservice_registry_now(server->appservices);
}

/* ---- in whose name ---- */

static enum rc find_account(struct call *call, const struct appservice *service, const struct user **ret_user)
{
    str named = call_query(call, "user_id");
    str user_id = named.ptr ? named : service->sender_id;
    if (!appservice_owns_user(service, user_id))
        return call_fail(call, 403, "M_FORBIDDEN", "This account is in none of the application service's namespaces.");
    enum rc rc = users_find(call->tx, user_id, ret_user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !((*ret_user)->flags & USER_MACHINE)))
        return call_fail(call, 403, "M_FORBIDDEN", "No application service has registered this account.");
    TRY(rc);
    if ((*ret_user)->flags & USER_DEACTIVATED)
        return call_fail(call, 403, "M_USER_DEACTIVATED", "This account has been closed.");
    return (*ret_user)->flags & USER_LOCKED ? call_fail_locked(call) : RC_OK;
}

/* The second name is the one from before it was in the specification. */
static enum rc find_device(struct call *call, const struct user *user, struct device *ret_device)
{
    str named = call_query(call, "device_id");
    if (!named.ptr)
        named = call_query(call, "org.matrix.msc3202.device_id");
    *ret_device = (struct device){.nid = NO_DEVICE(user->nid)};
    if (!named.ptr)
        return RC_OK;
    enum rc rc = devices_find(call->tx, user->nid, named, ret_device);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && ret_device->dehydrated))
        return call_fail(call, 400, "M_UNKNOWN_DEVICE", "This account has no such device.");
    return rc;
}

/* ---- whether at all ---- */

static enum rc admit(struct call *call, const struct user *user)
{
    const struct endpoint *endpoint = call->endpoint;
    bool staff_only = endpoint->auth == AUTH_STAFF
                      || (endpoint->auth == AUTH_SELF_OR_STAFF && !str_eq(call->params[0], user->user_id));
    if (staff_only || endpoint->service == SERVICE_NOT)
        return call_fail(call, 403, "M_FORBIDDEN", "Application services cannot do this.");
    if (endpoint->service == SERVICE_NAMED && !call_query(call, "user_id").ptr)
        return call_fail(call, 403, "M_FORBIDDEN", "Say in the name of which account, with user_id.");
    return RC_OK;
}

/* Spec "Timestamp massaging": what origin_server_ts accepts. */
static enum rc read_time(struct call *call)
{
    if (call->endpoint->service != SERVICE_TIMED || !call_query(call, "ts").ptr)
        return RC_OK;
    call->who.has_time = true;
    return call_query_i64(call, "ts", 0, 0, JSON_MAX_INTEGER, &call->who.time_ms);
}

void on_behalf_note_service(struct call *call, const struct appservice *service)
{
    struct act *act = &call->p->act;
    call->who.service = service;
    act->actor = ACTOR_APPSERVICE;
    act->reason = arena_printf(call->arena, "application service %.*s", STR_ARG(service->id)).ptr;
}

enum rc on_behalf_authenticate(struct call *call, const struct appservice *service)
{
    const struct user *user;
    struct device device;
    TRY(find_account(call, service, &user));
    TRY(admit(call, user));
    TRY(find_device(call, user, &device));
    TRY(read_time(call));
    call->who.user = user;
    call->who.user_nid = user->nid;
    call->who.device_nid = device.nid;
    call->who.user_id = user->user_id;
    call->who.device_id = device.device_id;
    call->p->act.actor_nid = user->nid;
    on_behalf_note_service(call, service);
    return RC_OK;
}

bool on_behalf_is_limited(const struct call *call)
{
    const struct appservice *service = call->who.service;
    return !service || (service->rate_limited && call->who.user && !str_eq(call->who.user_id, service->sender_id));
}
