/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Device management". */
#include "store/devices.h"
#include "api/call.h"
#include "api/server.h"
#include "api/sign_in.h"
#include "api/uia.h"
#include "privacy/device_info.h"

static enum rc add_device(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *object, const struct device *device)
{
    struct device_info info;
    TRY(device_info_get(call->tx, call->who.user_nid, device->nid, PURPOSE_ACCOUNT_SECURITY, &info));
    json_set_str(doc, object, "device_id", device->device_id);
    if (info.name.len)
        json_set_str(doc, object, "display_name", info.name);
    if (info.address.len)
        json_set_str(doc, object, "last_seen_ip", info.address);
    json_set_i64(doc, object, "last_seen_ts", device->seen_ms);
    if (info.agent.len)
        json_set_str(doc, object, "org.parley.user_agent", info.agent);
    return RC_OK;
}

static enum rc get_devices(struct call *call)
{
    struct device *devices;
    size_t count;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    TRY(devices_list(call->tx, call->who.user_nid, &devices, &count));
    for (size_t i = 0; i < count; i++) {
        yyjson_mut_val *object = yyjson_mut_obj(doc);
        TRY(add_device(call, doc, object, &devices[i]));
        yyjson_mut_arr_append(list, object);
    }
    json_set(doc, answer, "devices", list);
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc find_any_device(struct call *call, struct device *ret_device)
{
    enum rc rc = devices_find(call->tx, call->who.user_nid, call->params[0], ret_device);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "You have no such device.");
    return rc;
}

/* One that is in the list above. */
static enum rc find_device(struct call *call, struct device *ret_device)
{
    TRY(find_any_device(call, ret_device));
    return ret_device->dehydrated ? call_fail(call, 404, "M_NOT_FOUND", "Nobody is signed in with this device.")
                                  : RC_OK;
}

static enum rc get_device(struct call *call)
{
    struct device device;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    TRY(find_device(call, &device));
    TRY(add_device(call, doc, answer, &device));
    call_reply_json(call, answer);
    return RC_OK;
}

/* Application services make devices without signing in (spec "PUT /devices/{deviceId}", since v1.17). */
static enum rc find_or_make_device(struct call *call, struct device *ret_device)
{
    bool is_new;
    if (!call->who.service)
        return find_device(call, ret_device);
    enum rc rc = devices_ensure(call->tx, call->who.user_nid, call->params[0], ret_device, &is_new, call_err(call));
    if (rc == RC_OK && is_new) {
        tx_notify_user(call->tx, call->who.user_nid, NOTICE_DEVICES, 0);
        call->status = 201;
    }
    return rc;
}

static enum rc put_device(struct call *call)
{
    struct device device;
    str name;
    TRY(json_get_str(call->body, "display_name", &name, call_err(call)));
    TRY(find_or_make_device(call, &device));
    if (name.len > DEVICE_NAME_MAX)
        return call_fail(call, 400, "M_TOO_LARGE", "The device's name is too long.");
    if (!name.ptr)
        return RC_OK;
    TRY(device_info_set_name(call->tx, call->who.user_nid, device.nid, name));
    tx_notify_user(call->tx, call->who.user_nid, NOTICE_DEVICES, 0);
    return RC_OK;
}

/* ---- deleting: the person must show again that it is them ---- */

static const struct uia_operation delete_one = {.name = "deleteDevice", .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};
static const struct uia_operation delete_many = {.name = "deleteDevices", .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};

struct deletion {
    struct uia_attempt *attempt;
    str *device_ids;
    size_t count;
};

static enum rc prepare_delete_device(struct call *call)
{
    struct deletion *deletion = arena_new(call->arena, struct deletion);
    struct device device;
    call->slow_result = deletion;
    TRY(find_any_device(call, &device));
    deletion->device_ids = &call->params[0];
    deletion->count = 1;
    return uia_prepare(call, &delete_one, &deletion->attempt);
}

static enum rc prepare_delete_devices(struct call *call)
{
    struct deletion *deletion = arena_new(call->arena, struct deletion);
    bool present;
    call->slow_result = deletion;
    TRY(json_get_strs(call->arena, call->body, "devices", &deletion->device_ids, &deletion->count, &present,
                      call_err(call)));
    if (!present)
        return call_fail(call, 400, "M_MISSING_PARAM", "devices is missing.");
    return uia_prepare(call, &delete_many, &deletion->attempt);
}

static enum rc slow_delete(struct call *call)
{
    uia_slow(((struct deletion *)call->slow_result)->attempt);
    return RC_OK;
}

static enum rc run_delete(struct call *call)
{
    struct deletion *deletion = call->slow_result;
    struct uia_result result;
    struct device device;
    bool passed;
    TRY(uia_run(call, deletion->attempt, &passed, &result));
    if (!passed)
        return RC_OK;
    for (size_t i = 0; i < deletion->count; i++) {
        enum rc rc = devices_find(call->tx, call->who.user_nid, deletion->device_ids[i], &device);
        if (rc == RC_NOT_FOUND)
            continue;
        TRY(rc);
        TRY(sign_out_device(call->tx, call->who.user_nid, device.nid));
    }
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getDevices",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/devices",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = get_devices},
    {.name = "getDevice",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/devices/{deviceId}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = get_device},
    {.name = "updateDevice",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/devices/{deviceId}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .run = put_device},
    {.name = "deleteDevice",
     .method = HTTP_DELETE,
     .path = "/_matrix/client/v3/devices/{deviceId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .prepare = prepare_delete_device,
     .slow = slow_delete,
     .run = run_delete},
    {.name = "deleteDevices",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/delete_devices",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .prepare = prepare_delete_devices,
     .slow = slow_delete,
     .run = run_delete},
};

extern const struct endpoint_module devices_module;
const struct endpoint_module devices_module = ENDPOINT_MODULE(endpoints);
