/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/sign_in.h"

#include "api/server.h"
#include "privacy/device_info.h"
#include "store/dehydrated.h"
#include "store/device_keys.h"
#include "store/devices.h"
#include "store/pushers.h"
#include "store/sessions.h"
#include "store/to_device.h"

enum rc sign_in_read_name(struct call *call, yyjson_val *body, struct sign_in *ret_sign_in)
{
    TRY(json_get_str(body, "initial_device_display_name", &ret_sign_in->device_name, call_err(call)));
    if (ret_sign_in->device_name.len > DEVICE_NAME_MAX)
        return call_fail(call, 400, "M_TOO_LARGE", "The device's name is too long.");
    return RC_OK;
}

enum rc sign_in_read(struct call *call, yyjson_val *body, struct sign_in *ret_sign_in)
{
    TRY(json_get_str(body, "device_id", &ret_sign_in->device_id, call_err(call)));
    TRY(json_get_bool(body, "refresh_token", false, &ret_sign_in->refreshable, call_err(call)));
    return sign_in_read_name(call, body, ret_sign_in);
}

void sign_in_add_tokens(yyjson_mut_doc *doc, yyjson_mut_val *object, const struct session_tokens *tokens)
{
    json_set_str(doc, object, "access_token", tokens->access_token);
    if (tokens->refresh_token.len)
        json_set_str(doc, object, "refresh_token", tokens->refresh_token);
    if (tokens->expires_in_ms)
        json_set_i64(doc, object, "expires_in_ms", tokens->expires_in_ms);
}

static enum rc note_device(struct call *call, uint64_t user_nid, const struct device *device)
{
    char address[46];
    net_address_text(&call->http->peer, address);
    return device_info_set_seen(call->tx, user_nid, device->nid, str_of(address),
                                http_request_header(call->http, S("user-agent")));
}

enum rc sign_in_finish(struct call *call, uint64_t user_nid, str user_id, const struct sign_in *sign_in)
{
    struct device device;
    struct session_tokens tokens;
    bool is_new;
    if (sign_in->inhibited) {
        strbuf_add(&call->out, S("{\"user_id\":"));
        strbuf_add_json(&call->out, user_id);
        strbuf_add_char(&call->out, '}');
        return RC_OK;
    }
    TRY(devices_ensure(call->tx, user_nid, sign_in->device_id, &device, &is_new, call_err(call)));
    if (is_new && sign_in->device_name.len)
        TRY(device_info_set_name(call->tx, user_nid, device.nid, sign_in->device_name));
    TRY(note_device(call, user_nid, &device));
    TRY(sessions_create(call->tx, user_nid, device.nid,
                        sign_in->refreshable ? call->server->config->accounts.token_lifetime : 0, &tokens));
    if (is_new)
        tx_notify_user(call->tx, user_nid, NOTICE_DEVICES, 0);
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "user_id", user_id);
    json_set_str(doc, answer, "home_server", store_server_name(call->server->store));
    json_set_str(doc, answer, "device_id", device.device_id);
    sign_in_add_tokens(doc, answer, &tokens);
    if (sign_in->undid_cancellation)
        json_set_bool(doc, answer, "org.parley.cancellation_undone", true);
    call_reply_json(call, answer);
    return RC_OK;
}

enum rc sign_out_device(struct tx *tx, uint64_t user_nid, uint64_t device_nid)
{
    TRY(sessions_end_device(tx, user_nid, device_nid));
    TRY(pushers_drop_device(tx, user_nid, device_nid));
    TRY(device_info_remove(tx, user_nid, device_nid));
    TRY(device_keys_remove(tx, user_nid, device_nid));
    TRY(to_device_forget_device(tx, (struct to_device_place){user_nid, device_nid}));
    TRY(dehydrated_forget(tx, user_nid, device_nid));
    TRY(devices_remove(tx, user_nid, device_nid));
    tx_notify_user(tx, user_nid, NOTICE_DEVICES, 0);
    return RC_OK;
}

enum rc sign_out_others(struct tx *tx, uint64_t user_nid, uint64_t kept_device_nid)
{
    struct device *devices;
    size_t count;
    TRY(devices_list(tx, user_nid, &devices, &count));
    for (size_t i = 0; i < count; i++)
        if (devices[i].nid != kept_device_nid)
            TRY(sign_out_device(tx, user_nid, devices[i].nid));
    return RC_OK;
}

enum rc sign_out_all(struct tx *tx, uint64_t user_nid)
{
    struct device *devices;
    size_t count;
    TRY(devices_list_all(tx, user_nid, &devices, &count));
    for (size_t i = 0; i < count; i++)
        TRY(sign_out_device(tx, user_nid, devices[i].nid));
    return RC_OK;
}
