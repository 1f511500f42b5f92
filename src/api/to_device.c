/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Send-to-Device messaging": PUT …/sendToDevice. Users and devices that are not here are passed over, as the
 * sender cannot know; there are no other servers to send on to. Whom the recipient ignores is no exception: keys that
 * are dropped today would be missing when they are not ignored any more.
 */
#include "api/to_device.h"

#include "api/server.h"
#include "base/container.h"
#include "store/act.h"
#include "store/devices.h"
#include "store/to_device.h"

enum {
    TXN_ID_MAX = 255,
    TYPE_MAX = 255,
    BODY_MAX = 2 << 20,
    COPIES_MAX = 1000, /* of one request, "*" counted by device */
    COPIES_BYTES_MAX = 8 << 20,
};

/* ---- sending ---- */

struct sending {
    struct call *call;
    size_t copies, bytes;
};

static enum rc send_copy(struct sending *sending, struct to_device_place to, str text)
{
    struct call *call = sending->call;
    sending->bytes += text.len;
    if (++sending->copies > COPIES_MAX || sending->bytes > COPIES_BYTES_MAX)
        return call_fail(call, 413, "M_TOO_LARGE", "These are too many devices for one request. Send it in several.");
    return to_device_put(call->tx, call->who.user_nid, to, text);
}

static enum rc read_message(struct sending *sending, yyjson_val *content, str *ret_text)
{
    struct call *call = sending->call;
    if (!yyjson_is_obj(content))
        return call_fail(call, 400, "M_BAD_JSON", "Each message must be an object.");
    str text = json_text(call->arena, content);
    if (text.len > TO_DEVICE_CONTENT_MAX)
        return call_fail(call, 413, "M_TOO_LARGE", "A message to a device is at most 64 KiB large.");
    *ret_text = to_device_text(call->arena, call->who.user_id, call->params[0], text);
    return RC_OK;
}

/* "*": what every device is sent that is not named itself. A device is sent one message of a request. */
static enum rc send_to_all(struct sending *sending, uint64_t user_nid, yyjson_val *by_device)
{
    yyjson_val *content = yyjson_obj_get(by_device, "*");
    struct device *devices;
    size_t count;
    str text;
    if (!content)
        return RC_OK;
    TRY(read_message(sending, content, &text));
    TRY(devices_list_all(sending->call->tx, user_nid, &devices, &count));
    for (size_t i = 0; i < count; i++)
        if (!yyjson_obj_getn(by_device, devices[i].device_id.ptr, devices[i].device_id.len))
            TRY(send_copy(sending, (struct to_device_place){user_nid, devices[i].nid}, text));
    return RC_OK;
}

static enum rc send_to_one(struct sending *sending, uint64_t user_nid, str device_id, yyjson_val *content)
{
    struct device device;
    str text;
    TRY(read_message(sending, content, &text));
    enum rc rc = devices_find(sending->call->tx, user_nid, device_id, &device);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    return send_copy(sending, (struct to_device_place){user_nid, device.nid}, text);
}

static enum rc send_to_user(struct sending *sending, str user_id, yyjson_val *by_device)
{
    struct call *call = sending->call;
    const struct user *user;
    yyjson_val *device_id, *content;
    size_t i, count;
    if (!yyjson_is_obj(by_device))
        return call_fail(call, 400, "M_BAD_JSON", "Messages are given by user, then by device.");
    enum rc rc = users_find(call->tx, user_id, &user);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    TRY(send_to_all(sending, user->nid, by_device));
    yyjson_obj_foreach(by_device, i, count, device_id, content)
    {
        if (!str_eq(json_str_of(device_id), S("*")))
            TRY(send_to_one(sending, user->nid, json_str_of(device_id), content));
    }
    return RC_OK;
}

static enum rc put_send_to_device(struct call *call)
{
    str type = call->params[0], txn_id = call->params[1];
    yyjson_val *messages, *user_id, *by_device;
    size_t i, count;
    if (txn_id.len > TXN_ID_MAX || type.len > TYPE_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "The transaction id or the type is too long.");
    TRY(json_need_object(call->body, "messages", &messages, call_err(call)));
    struct to_device_place from = {call->who.user_nid, call->who.device_nid};
    enum rc rc = to_device_note_sent(call->tx, from, type, txn_id);
    if (rc == RC_EXISTS)
        return RC_OK;
    TRY(rc);
    struct sending sending = {.call = call};
    yyjson_obj_foreach(messages, i, count, user_id, by_device)
    {
        TRY(send_to_user(&sending, json_str_of(user_id), by_device));
    }
    return RC_OK;
}

/* ---- received ---- */

/* In the call's arena, which lives until the call has come back. */
struct acknowledgement {
    struct loop_task on_loop;
    struct call *call;
    struct to_device_place place;
    int64_t up_to;
    enum rc rc;
    bool gone; /* nobody waits for the answer any more */
    enum rc (*then)(struct call *call, void *ctx);
    void *ctx;
};

static const struct act delivering = ACT_SERVICE(PURPOSE_MESSAGING);

static enum rc acknowledge_run(struct tx *tx, void *arg)
{
    const struct acknowledgement *ack = arg;
    if (ack->up_to > tx_pos(tx)) /* of a time that a restored backup does not know */
        return RC_OK;
    return to_device_forget(tx, ack->place, ack->up_to);
}

static void acknowledged_on_loop(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct acknowledgement *ack = CONTAINER_OF(task, struct acknowledgement, on_loop);
    if (ack->gone)
        call_abandon(ack->call);
    else if (ack->rc != RC_OK)
        call_resume(ack->call, ack->rc);
    else
        call_continue(ack->call, ack->then, ack->ctx);
}

static void acknowledge_done(void *arg, enum rc rc)
{
    struct acknowledgement *ack = arg;
    ack->rc = rc;
    loop_post(ack->call->http->loop, &ack->on_loop);
}

static void acknowledge_gone(struct call *call, void *ctx)
{
    (void)call;
    struct acknowledgement *ack = ctx;
    ack->gone = true;
}

enum rc to_device_acknowledge(struct call *call, int64_t up_to, enum rc (*then)(struct call *call, void *ctx),
                              void *ctx)
{
    struct acknowledgement *ack = arena_new(call->arena, struct acknowledgement);
    *ack = (struct acknowledgement){.on_loop = {.run = acknowledged_on_loop},
                                    .call = call,
                                    .place = {call->who.user_nid, call->who.device_nid},
                                    .up_to = up_to,
                                    .then = then,
                                    .ctx = ctx};
    server_write(call->server, &delivering, acknowledge_run, acknowledge_done, ack);
    return call_park(call, acknowledge_gone, ack);
}

static const struct endpoint endpoints[] = {
    {.name = "sendToDevice",
     .method = HTTP_PUT,
     .path = "/_matrix/client/v3/sendToDevice/{eventType}/{txnId}",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_MESSAGE,
     .body = BODY_JSON,
     .body_limit = BODY_MAX,
     .purpose = PURPOSE_MESSAGING,
     .run = put_send_to_device},
};

extern const struct endpoint_module to_device_module;
const struct endpoint_module to_device_module = ENDPOINT_MODULE(endpoints);
