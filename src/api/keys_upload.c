/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "End-to-End Encryption": POST /keys/upload. */
#include "api/keys_upload.h"

#include "e2ee/published_keys.h"
#include "store/device_keys.h"

static enum rc bad_name(struct call *call)
{
    return call_fail(call, 400, "M_INVALID_PARAM", "Keys are named <algorithm>:<key id>, in printable characters.");
}

static enum rc read_keys(struct call *call, const char *member, struct published_key **ret_keys, size_t *ret_count)
{
    yyjson_val *object, *name, *value;
    size_t i, size;
    TRY(json_get_object(call->body, member, &object, call_err(call)));
    *ret_keys = arena_array(call->arena, struct published_key, yyjson_obj_size(object) + 1);
    *ret_count = 0;
    yyjson_obj_foreach(object, i, size, name, value)
    {
        struct published_key *key = &(*ret_keys)[(*ret_count)++];
        str id;
        key->name = json_str_of(name);
        if (key_name_split(key->name, &key->algorithm, &id) != RC_OK)
            return bad_name(call);
        TRY(one_time_key_read(call->arena, value, &key->text, call_err(call)));
    }
    return RC_OK;
}

static enum rc check_fallback(struct call *call, const struct keys_upload *upload)
{
    for (size_t i = 0; i < upload->fallback_count; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(upload->fallback[i].algorithm, upload->fallback[k].algorithm))
                return call_fail(call, 400, "M_INVALID_PARAM", "There is one fallback key for each algorithm.");
    return RC_OK;
}

enum rc keys_upload_read(struct call *call, str device_id, struct keys_upload *ret_upload)
{
    struct keys_upload *upload = ret_upload;
    yyjson_val *device_keys;
    *upload = (struct keys_upload){0};
    TRY(json_get_object(call->body, "device_keys", &device_keys, call_err(call)));
    if (device_keys)
        TRY(device_keys_read(call->arena, device_keys, call->who.user_id, device_id, &upload->device_keys,
                             call_err(call)));
    TRY(read_keys(call, "one_time_keys", &upload->one_time, &upload->one_time_count));
    TRY(read_keys(call, "fallback_keys", &upload->fallback, &upload->fallback_count));
    /* Before v1.2's name, clients used this one. */
    if (!upload->fallback_count)
        TRY(read_keys(call, "org.matrix.msc2732.fallback_keys", &upload->fallback, &upload->fallback_count));
    return check_fallback(call, upload);
}

static enum rc add_one_time_keys(struct call *call, struct device_place place, const struct keys_upload *upload)
{
    enum rc rc = one_time_keys_add(call->tx, place, upload->one_time, upload->one_time_count);
    if (rc == RC_EXISTS)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "This device has had another one-time key of one of these names.");
    if (rc == RC_TOO_LARGE)
        return call_fail(call, 413, "M_TOO_LARGE", "That is more one-time keys than are kept for a device.");
    return rc;
}

enum rc keys_upload_store(struct call *call, struct device_place place, const struct keys_upload *upload)
{
    if (upload->device_keys.len)
        TRY(device_keys_set(call->tx, place.user_nid, place.device_nid, upload->device_keys));
    if (upload->one_time_count)
        TRY(add_one_time_keys(call, place, upload));
    for (size_t i = 0; i < upload->fallback_count; i++)
        TRY(fallback_keys_set(call->tx, place, &upload->fallback[i]));
    return RC_OK;
}

static enum rc run_upload(struct call *call)
{
    const struct device_place place = {call->who.user_nid, call->who.device_nid};
    struct keys_upload upload;
    if (!call->who.device_id.len)
        return call_fail(call, 400, "M_MISSING_PARAM", "Say which device the keys are of: device_id.");
    TRY(keys_upload_read(call, call->who.device_id, &upload));
    TRY(keys_upload_store(call, place, &upload));
    strbuf_add(&call->out, S("{\"one_time_key_counts\":"));
    TRY(one_time_keys_add_counts(call->tx, place, &call->out));
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "uploadKeys",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/keys/upload",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .body_limit = KEYS_UPLOAD_BODY_MAX,
     .service = SERVICE_NAMED,
     .purpose = PURPOSE_MESSAGING,
     .run = run_upload},
};

extern const struct endpoint_module keys_upload_module;
const struct endpoint_module keys_upload_module = ENDPOINT_MODULE(endpoints);
