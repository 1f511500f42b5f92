/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Server Administration": who is this, and suspending and locking accounts. All of it is on the account's record
 * (obligation 4.8). */
#include "api/call.h"
#include "api/on_behalf.h"
#include "api/room_access.h"
#include "appservice/appservice.h"
#include "privacy/audit.h"
#include "privacy/shown.h"
#include "store/devices.h"

/* The account the path names: of this server, and not closed. */
static enum rc find_account(struct call *call, const struct user **ret_user)
{
    if (!str_starts(call->params[0], S("@")) || !is_local_id(call, call->params[0]))
        return call_fail(call, 400, "M_INVALID_PARAM", "This is not a user of this server.");
    enum rc rc = users_find(call->tx, call->params[0], ret_user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && (*ret_user)->flags & USER_DEACTIVATED))
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such account.");
    return rc;
}

/* ---- who is this ---- */

/* The catalogue lists addresses for the security of one's own account, and for safety where staff look: at the mask,
 * unless ?reason= says why behind it (obligation 4.6). */
static enum rc add_value(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *connection, const char *key,
                         uint64_t subject, enum personal_field field, uint64_t device_nid)
{
    enum purpose purpose = subject == call->who.user_nid ? PURPOSE_ACCOUNT_SECURITY : PURPOSE_SAFETY;
    str value;
    enum rc rc = personal_get(call->tx, subject, field, device_nid, purpose, &value);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    rc = shown(call->tx, subject, field, value, call_query(call, "reason"), &value);
    if (rc == RC_INVALID)
        return call_fail(call, 400, "M_INVALID_PARAM", "The reason is not a line of text.");
    TRY(rc);
    json_set_str(doc, connection, key, value);
    return RC_OK;
}

static enum rc device_object(struct call *call, yyjson_mut_doc *doc, uint64_t subject, const struct device *device,
                             yyjson_mut_val **ret_object)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc), *sessions = yyjson_mut_arr(doc), *session = yyjson_mut_obj(doc);
    yyjson_mut_val *connections = yyjson_mut_arr(doc), *connection = yyjson_mut_obj(doc);
    TRY(add_value(call, doc, connection, "ip", subject, FIELD_DEVICE_ADDRESS, device->nid));
    TRY(add_value(call, doc, connection, "user_agent", subject, FIELD_DEVICE_AGENT, device->nid));
    json_set_i64(doc, connection, "last_seen", device->seen_ms);
    yyjson_mut_arr_append(connections, connection);
    json_set(doc, session, "connections", connections);
    yyjson_mut_arr_append(sessions, session);
    json_set(doc, object, "sessions", sessions);
    *ret_object = object;
    return RC_OK;
}

/* Nobody is behind a machine account: who answers for it are the services that may act for it. */
static void add_services(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *answer, const struct user *user)
{
    const struct appservices *services = services_now(call->server);
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    if (!(user->flags & USER_MACHINE))
        return;
    for (size_t i = 0; i < services->count; i++)
        if (appservice_owns_user(services->items[i], user->user_id))
            yyjson_mut_arr_append(list, json_mut_str(doc, services->items[i]->id));
    json_set(doc, answer, "org.parley.application_services", list);
}

static enum rc get_whois(struct call *call)
{
    const struct user *user;
    struct device *devices;
    size_t count;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_obj(doc);
    TRY(find_account(call, &user));
    TRY(devices_list(call->tx, user->nid, &devices, &count));
    for (size_t i = 0; i < count; i++) {
        yyjson_mut_val *object;
        TRY(device_object(call, doc, user->nid, &devices[i], &object));
        yyjson_mut_obj_add(list, json_mut_str(doc, devices[i].device_id), object);
    }
    json_set_str(doc, answer, "user_id", user->user_id);
    json_set(doc, answer, "devices", list);
    add_services(call, doc, answer, user);
    call_reply_json(call, answer);
    return RC_OK;
}

/* ---- suspending and locking ---- */

struct measure {
    uint32_t flag;
    const char *key;              /* of request and answer */
    const char *taken, *repealed; /* on the record */
};

static const struct measure suspension = {USER_SUSPENDED, "suspended", "suspend", "unsuspend"};
static const struct measure locking = {USER_LOCKED, "locked", "lock", "unlock"};

static void reply_standing(struct call *call, const struct measure *measure, bool taken)
{
    strbuf_printf(&call->out, "{\"%s\":%s}", measure->key, taken ? "true" : "false");
}

static enum rc find_target(struct call *call, const struct user **ret_user)
{
    TRY(find_account(call, ret_user));
    if ((*ret_user)->flags & USER_ADMIN && (*ret_user)->nid != call->who.user_nid)
        return call_fail(call, 403, "M_FORBIDDEN", "This is another administrator's account.");
    return RC_OK;
}

static enum rc get_standing(struct call *call, const struct measure *measure)
{
    const struct user *user;
    TRY(find_target(call, &user));
    reply_standing(call, measure, user->flags & measure->flag);
    return RC_OK;
}

static enum rc put_standing(struct call *call, const struct measure *measure)
{
    const struct user *user;
    bool taken;
    if (!yyjson_obj_get(call->body, measure->key))
        return call_fail(call, 400, "M_MISSING_PARAM", "The body does not say whether to or not.");
    TRY(json_get_bool(call->body, measure->key, false, &taken, call_err(call)));
    TRY(find_target(call, &user));
    if (user->nid == call->who.user_nid)
        return call_fail(call, 403, "M_FORBIDDEN", "You cannot do this to your own account.");
    reply_standing(call, measure, taken);
    if (taken == !!(user->flags & measure->flag))
        return RC_OK;
    struct audit_entry entry = {.kind = AUDIT_COMMAND,
                                .subject = user->nid,
                                .purpose = PURPOSE_OPERATIONS,
                                .detail = str_of(taken ? measure->taken : measure->repealed)};
    TRY(users_set_flags(call->tx, user->nid, taken ? measure->flag : 0, taken ? 0 : measure->flag));
    if (taken && measure->flag == USER_LOCKED) /* what waits is let go */
        tx_notify_user(call->tx, user->nid, NOTICE_SESSION_END, 0);
    return audit_append(call->tx, &entry);
}

static enum rc get_suspended(struct call *call)
{
    return get_standing(call, &suspension);
}

static enum rc put_suspended(struct call *call)
{
    return put_standing(call, &suspension);
}

static enum rc get_locked(struct call *call)
{
    return get_standing(call, &locking);
}

static enum rc put_locked(struct call *call)
{
    return put_standing(call, &locking);
}

#define STANDING(operation, address, verb, takes_body, why, handler)                                                   \
    {                                                                                                                  \
        .name = (operation), .method = (verb), .path = "/_matrix/client/v1/admin/" address "/{userId}",                \
        .auth = AUTH_STAFF, .exec = EXEC_WRITE, .rate = RATE_WRITE, .body = (takes_body),                              \
        .purpose = PURPOSE_OPERATIONS, .settles = (verb) == HTTP_PUT, .reason = (why), .run = (handler)                \
    }

static const struct endpoint endpoints[] = {
    {.name = "getWhoIs",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/admin/whois/{userId}",
     .auth = AUTH_SELF_OR_STAFF,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_NONE,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .also = PURPOSE_BIT(PURPOSE_SAFETY),
     .reason = "looking up where an account is signed in",
     .run = get_whois},
    STANDING("getAdminSuspendUser", "suspend", HTTP_GET, BODY_NONE, "looking up a suspension", get_suspended),
    STANDING("setAdminSuspendUser", "suspend", HTTP_PUT, BODY_JSON, "suspending an account", put_suspended),
    STANDING("getAdminLockUser", "lock", HTTP_GET, BODY_NONE, "looking up a lock", get_locked),
    STANDING("setAdminLockUser", "lock", HTTP_PUT, BODY_JSON, "locking an account", put_locked),
};

extern const struct endpoint_module server_admin_module;
const struct endpoint_module server_admin_module = ENDPOINT_MODULE(endpoints);
