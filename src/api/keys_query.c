/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "End-to-End Encryption": POST /keys/query. What somebody calls their devices is told to themselves alone: the
 * catalogue does not have it for anybody else.
 */
#include "api/other_servers.h"
#include "api/user_keys.h"
#include "privacy/device_info.h"

enum { BODY_MAX = 256 << 10, USERS_MAX = 5000 };

struct answer {
    struct call *call;
    struct other_servers others;
    struct strbuf devices, cross[CROSS_SIGNING_USAGES]; /* members, comma-separated */
};

static void begin_member(struct strbuf *out, str name)
{
    if (out->len)
        strbuf_add_char(out, ',');
    strbuf_add_json(out, name);
    strbuf_add_char(out, ':');
}

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
static enum rc add_device(struct answer *answer, const struct user *user, const struct device_keys *keys)
{
    struct call *call = answer->call;
    struct strbuf *out = &answer->devices;
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

static enum rc add_devices(struct answer *answer, const struct user *user, const struct user_keys *keys,
                           yyjson_val *device_ids)
{
    struct strbuf *out = &answer->devices;
    bool first = true;
    begin_member(out, user->user_id);
    strbuf_add_char(out, '{');
    for (size_t i = 0; i < keys->device_count; i++) {
        if (!is_wanted(device_ids, keys->devices[i].device_id))
            continue;
        if (!first)
            strbuf_add_char(out, ',');
        first = false;
        TRY(add_device(answer, user, &keys->devices[i]));
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}

static enum rc add_user(struct answer *answer, str user_id, yyjson_val *device_ids)
{
    const struct caller *who = &answer->call->who;
    const struct user *user;
    struct user_keys keys;
    enum rc rc = users_find(answer->call->tx, user_id, &user);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc; /* absent from the answer, as the specification has it */
    TRY(user_keys_load(answer->call->tx, user->nid, user->user_id, who->user_nid, who->user_id, &keys));
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        if (!keys.cross.of[usage].text.len)
            continue;
        begin_member(&answer->cross[usage], user->user_id);
        strbuf_add(&answer->cross[usage], keys.cross.of[usage].text);
    }
    return add_devices(answer, user, &keys, device_ids);
}

static enum rc add_users(struct answer *answer, yyjson_val *wanted)
{
    yyjson_val *user_id, *device_ids;
    size_t i, count;
    yyjson_obj_foreach(wanted, i, count, user_id, device_ids)
    {
        if (!yyjson_is_arr(device_ids))
            return call_fail(answer->call, 400, "M_BAD_JSON", "device_keys must list devices for each user.");
        if (other_servers_pass(&answer->others, answer->call, json_str_of(user_id)))
            TRY(add_user(answer, json_str_of(user_id), device_ids));
    }
    return RC_OK;
}

static void write_answer(struct answer *answer)
{
    static const str names[CROSS_SIGNING_USAGES] = {[CROSS_SIGNING_MASTER] = STR_INIT("},\"master_keys\":{"),
                                                    [CROSS_SIGNING_SELF] = STR_INIT("},\"self_signing_keys\":{"),
                                                    [CROSS_SIGNING_USER] = STR_INIT("},\"user_signing_keys\":{")};
    struct strbuf *out = &answer->call->out;
    strbuf_add(out, S("{\"device_keys\":{"));
    strbuf_add(out, strbuf_str(&answer->devices));
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        strbuf_add(out, names[usage]);
        strbuf_add(out, strbuf_str(&answer->cross[usage]));
    }
    strbuf_add(out, S("},\"failures\":"));
    other_servers_add(&answer->others, out);
    strbuf_add_char(out, '}');
}

static void answer_fini(struct answer *answer)
{
    strbuf_fini(&answer->devices);
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++)
        strbuf_fini(&answer->cross[usage]);
}

static enum rc run_query(struct call *call)
{
    struct answer answer = {.call = call};
    yyjson_val *wanted;
    bool began;
    TRY(json_need_object(call->body, "device_keys", &wanted, call_err(call)));
    if (yyjson_obj_size(wanted) > USERS_MAX)
        return call_fail(call, 413, "M_TOO_LARGE", "Those are more users than are told of at once.");
    TRY(tx_view_begin(call->tx, &began));
    enum rc rc = add_users(&answer, wanted);
    tx_view_end(call->tx, began);
    write_answer(&answer);
    answer_fini(&answer);
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
