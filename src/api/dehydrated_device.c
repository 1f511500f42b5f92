/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * MSC3814: the device an account leaves here for the time it is signed in nowhere. Where the proposal came to be
 * another than what apps do that are in use, both are served: messages are read by GET and, as before, by POST.
 */
#include "api/keys_upload.h"
#include "api/sign_in.h"
#include "privacy/device_info.h"
#include "store/dehydrated.h"
#include "store/devices.h"
#include "store/to_device.h"

#define PATH "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device"

enum { DATA_MAX = 64 << 10, DATA_DEPTH = 8 };

static enum rc find(struct call *call, struct dehydrated_device *ret_device)
{
    enum rc rc = dehydrated_get(call->tx, call->who.user_nid, ret_device);
    return rc == RC_NOT_FOUND ? call_fail(call, 404, "M_NOT_FOUND", "You have no dehydrated device.") : rc;
}

static enum rc reply_id(struct call *call, str device_id)
{
    strbuf_add(&call->out, S("{\"device_id\":"));
    strbuf_add_json(&call->out, device_id);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc get_device(struct call *call)
{
    struct dehydrated_device device;
    TRY(find(call, &device));
    strbuf_add(&call->out, S("{\"device_id\":"));
    strbuf_add_json(&call->out, device.device_id);
    strbuf_add(&call->out, S(",\"device_data\":"));
    strbuf_add(&call->out, device.data);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc delete_device(struct call *call)
{
    struct dehydrated_device device;
    TRY(find(call, &device));
    TRY(sign_out_device(call->tx, call->who.user_nid, device.device_nid));
    return reply_id(call, device.device_id);
}

/* ---- putting one there ---- */

struct submission {
    str device_id, data;
    struct sign_in sign_in; /* what it is called */
    struct keys_upload keys;
};

static enum rc read_data(struct call *call, str *ret_data)
{
    yyjson_val *data;
    str algorithm;
    TRY(json_need_object(call->body, "device_data", &data, call_err(call)));
    TRY(json_need_str(data, "algorithm", &algorithm, call_err(call)));
    *ret_data = json_text(call->arena, data);
    return ret_data->len <= DATA_MAX && json_depth_fits(data, DATA_DEPTH)
               ? RC_OK
               : call_fail(call, 413, "M_TOO_LARGE", "device_data is too large.");
}

static enum rc read_submission(struct call *call, struct submission *submission)
{
    TRY(json_need_str(call->body, "device_id", &submission->device_id, call_err(call)));
    TRY(read_data(call, &submission->data));
    TRY(sign_in_read_name(call, call->body, &submission->sign_in));
    TRY(keys_upload_read(call, submission->device_id, &submission->keys));
    return submission->keys.device_keys.len ? RC_OK
                                            : call_fail(call, 400, "M_MISSING_PARAM", "device_keys is missing.");
}

static enum rc remove_present(struct call *call)
{
    struct dehydrated_device present;
    enum rc rc = dehydrated_get(call->tx, call->who.user_nid, &present);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return sign_out_device(call->tx, call->who.user_nid, present.device_nid);
}

/* The one that is there, when it is sent again: by an app whose answer was lost, and to whose device others may have
 * written since. Nothing of it is given up then, and no key goes out twice. */
static enum rc find_or_replace(struct call *call, str device_id, struct device *ret_device)
{
    enum rc rc = devices_find(call->tx, call->who.user_nid, device_id, ret_device);
    if (rc == RC_OK && !ret_device->dehydrated)
        return call_fail(call, 400, "M_INVALID_PARAM", "device_id is that of a device that is signed in.");
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(remove_present(call));
    return devices_add(call->tx, call->who.user_nid, device_id, ret_device, call_err(call));
}

static enum rc put_device(struct call *call)
{
    const uint64_t user_nid = call->who.user_nid;
    struct submission submission = {0};
    struct device device;
    TRY(read_submission(call, &submission));
    TRY(find_or_replace(call, submission.device_id, &device));
    TRY(dehydrated_set(call->tx, user_nid, device.nid, submission.data));
    TRY(device_info_set_name(call->tx, user_nid, device.nid, submission.sign_in.device_name));
    TRY(keys_upload_store(call, (struct device_place){user_nid, device.nid}, &submission.keys));
    return reply_id(call, device.device_id);
}

/* ---- what was sent to it ---- */

static enum rc read_token(struct call *call, str token, int64_t *ret_from)
{
    *ret_from = 0;
    if (!token.ptr)
        return RC_OK;
    bool is_one = token.len > 1 && token.ptr[0] == 'd' && str_to_i64(str_skip(token, 1), ret_from) == RC_OK;
    return is_one && *ret_from >= 0 && *ret_from <= tx_pos(call->tx)
               ? RC_OK
               : call_fail(call, 400, "M_INVALID_PARAM", "This is no token of an answer before.");
}

/* They stay: whoever reads them may not come to the end, and another device of the account begins anew. */
static enum rc read_events(struct call *call, str token, int64_t limit, struct to_device_page *ret_page)
{
    struct dehydrated_device device;
    int64_t from;
    enum rc rc = dehydrated_get(call->tx, call->who.user_nid, &device);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !str_eq(device.device_id, call->params[0])))
        return call_fail(call, 403, "M_FORBIDDEN", "This is not your dehydrated device.");
    TRY(rc);
    TRY(read_token(call, token, &from));
    return to_device_read(call->tx, (struct to_device_place){call->who.user_nid, device.device_nid}, from,
                          tx_pos(call->tx), (size_t)limit, ret_page);
}

static enum rc reply_events(struct call *call, const struct to_device_page *page, bool with_token)
{
    strbuf_add(&call->out, S("{\"events\":["));
    strbuf_add(&call->out, page->events);
    strbuf_add_char(&call->out, ']');
    if (with_token)
        strbuf_printf(&call->out, ",\"next_batch\":\"d%lld\"", (long long)page->last);
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* As the proposal is now: a token while there is more. */
static enum rc get_events(struct call *call)
{
    struct to_device_page page;
    int64_t limit;
    TRY(call_query_i64(call, "limit", TO_DEVICE_PAGE, 1, JSON_MAX_INTEGER, &limit));
    TRY(read_events(call, call_query(call, "from"), limit, &page));
    return reply_events(call, &page, page.more);
}

/* As it was: always a token, and at the end nothing but that. */
static enum rc post_events(struct call *call)
{
    struct to_device_page page;
    str token = STR_NONE;
    if (call->body)
        TRY(json_get_str(call->body, "next_batch", &token, call_err(call)));
    TRY(read_events(call, token, TO_DEVICE_PAGE, &page));
    return reply_events(call, &page, true);
}

#define DEVICE(operation, verb, address, mode, cost, contents, limit, handler)                                         \
    {                                                                                                                  \
        .name = operation, .method = verb, .path = PATH address, .auth = AUTH_USER, .exec = mode, .rate = cost,        \
        .body = contents, .body_limit = limit, .service = SERVICE_NOT, .purpose = PURPOSE_MESSAGING, .run = handler    \
    }
#define EVENTS "/{device_id}/events"

static const struct endpoint endpoints[] = {
    DEVICE("msc3814GetDevice", HTTP_GET, "", EXEC_READ, RATE_READ, BODY_NONE, 0, get_device),
    DEVICE("msc3814PutDevice", HTTP_PUT, "", EXEC_WRITE, RATE_WRITE, BODY_JSON, KEYS_UPLOAD_BODY_MAX + DATA_MAX,
           put_device),
    DEVICE("msc3814DeleteDevice", HTTP_DELETE, "", EXEC_WRITE, RATE_WRITE, BODY_JSON_OPTIONAL, 0, delete_device),
    DEVICE("msc3814GetEvents", HTTP_GET, EVENTS, EXEC_READ, RATE_READ, BODY_NONE, 0, get_events),
    DEVICE("msc3814PostEvents", HTTP_POST, EVENTS, EXEC_READ, RATE_READ, BODY_JSON_OPTIONAL, 0, post_events),
};

extern const struct endpoint_module dehydrated_device_module;
const struct endpoint_module dehydrated_device_module = ENDPOINT_MODULE(endpoints);
