/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "End-to-End Encryption": POST /keys/query. What somebody calls their devices is told to themselves alone: the
 * catalogue does not have it for anybody else.
 */
#include "api/other_servers.h"
#include "privacy/device_info.h"
#include "store/device_keys.h"

enum { BODY_MAX = 256 << 10, USERS_MAX = 5000 };

static bool is_wanted(yyjson_val *device_ids, str device_id)
{
    yyjson_val *wanted;
    size_t i, count;
    yyjson_arr_foreach(device_ids, i, count, wanted)
    {
        if (str_eq(json_str_of(wanted), device_id))
            return true;
    }
    return count == 0;
}

/* The device's keys, and behind them, in the same object, what the server adds. */
static enum rc add_device(struct call *call, const struct user *user, const struct device_keys *keys)
{
    struct strbuf *out = &call->out;
    struct device_info info = {0};
    strbuf_add_json(out, keys->device_id);
    strbuf_add_char(out, ':');
    if (user->nid == call->who.user_nid)
        TRY(device_info_get(call->tx, user->nid, keys->device_nid, PURPOSE_ACCOUNT_SECURITY, &info));
    strbuf_add(out, str_head(keys->text, keys->text.len - 1));
    strbuf_add(out, S(",\"unsigned\":{"));
    if (info.name.len) {
        strbuf_add(out, S("\"device_display_name\":"));
        strbuf_add_json(out, info.name);
    }
    strbuf_add(out, S("}}"));
    return RC_OK;
}

static enum rc add_user(struct call *call, const struct user *user, yyjson_val *device_ids)
{
    struct device_keys *keys;
    size_t count;
    bool first = true;
    TRY(device_keys_of_user(call->tx, user->nid, &keys, &count));
    strbuf_add_json(&call->out, user->user_id);
    strbuf_add(&call->out, S(":{"));
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(device_ids, keys[i].device_id))
            continue;
        if (!first)
            strbuf_add_char(&call->out, ',');
        first = false;
        TRY(add_device(call, user, &keys[i]));
    }
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

static enum rc find_users(struct call *call, yyjson_val *wanted, struct other_servers *others,
                          const struct user **ret_users, yyjson_val **ret_device_ids, size_t *ret_count)
{
    yyjson_val *user_id, *device_ids;
    size_t i, size;
    *ret_count = 0;
    yyjson_obj_foreach(wanted, i, size, user_id, device_ids)
    {
        if (!yyjson_is_arr(device_ids))
            return call_fail(call, 400, "M_BAD_JSON", "device_keys must name a list of devices for each user.");
        if (!other_servers_pass(others, call, json_str_of(user_id)))
            continue;
        enum rc rc = users_find(call->tx, json_str_of(user_id), &ret_users[*ret_count]);
        ret_device_ids[*ret_count] = device_ids;
        if (rc == RC_OK)
            (*ret_count)++;
        else if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

static enum rc add_users(struct call *call, yyjson_val *wanted, struct other_servers *others)
{
    size_t size = yyjson_obj_size(wanted), count;
    const struct user **users = arena_array(call->arena, const struct user *, size + 1);
    yyjson_val **device_ids = arena_array(call->arena, yyjson_val *, size + 1);
    TRY(find_users(call, wanted, others, users, device_ids, &count));
    strbuf_add(&call->out, S("{\"device_keys\":{"));
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(&call->out, ',');
        TRY(add_user(call, users[i], device_ids[i]));
    }
    strbuf_add(&call->out, S("},\"master_keys\":{},\"self_signing_keys\":{},\"user_signing_keys\":{},\"failures\":"));
    return RC_OK;
}

static enum rc run_query(struct call *call)
{
    struct other_servers others = {0};
    yyjson_val *wanted;
    TRY(json_need_object(call->body, "device_keys", &wanted, call_err(call)));
    if (yyjson_obj_size(wanted) > USERS_MAX)
        return call_fail(call, 413, "M_TOO_LARGE", "Those are more users than are told of at once.");
    enum rc rc = add_users(call, wanted, &others);
    other_servers_add(&others, &call->out);
    strbuf_add_char(&call->out, '}');
    return rc;
}

static const struct endpoint endpoints[] = {
    {.name = "queryKeys",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/keys/query",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_JSON,
     .body_limit = BODY_MAX,
     .purpose = PURPOSE_MESSAGING,
     .also = PURPOSE_BIT(PURPOSE_ACCOUNT_SECURITY),
     .run = run_query},
};

extern const struct endpoint_module keys_query_module;
const struct endpoint_module keys_query_module = ENDPOINT_MODULE(endpoints);
