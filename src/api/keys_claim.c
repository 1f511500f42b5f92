/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "End-to-End Encryption": POST /keys/claim. One after another on the writer's thread: no key goes out twice. */
#include "api/other_servers.h"
#include "store/devices.h"
#include "store/one_time_keys.h"

enum { BODY_MAX = 128 << 10, CLAIMS_MAX = 2500 };

struct claims {
    struct call *call;
    struct strbuf *out;
    bool any; /* of the user at hand: something is written */
};

static enum rc claim_one(struct claims *claims, const struct user *user, str device_id, str algorithm)
{
    struct device device;
    struct published_key key;
    struct strbuf *out = claims->out;
    enum rc rc = devices_find(claims->call->tx, user->nid, device_id, &device);
    if (rc == RC_OK)
        rc = one_time_keys_claim(claims->call->tx, (struct device_place){user->nid, device.nid}, algorithm, &key);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc; /* absent from the answer, as the specification has it */
    if (claims->any)
        strbuf_add_char(out, ',');
    claims->any = true;
    strbuf_add_json(out, device_id);
    strbuf_add(out, S(":{"));
    strbuf_add_json(out, key.name);
    strbuf_add_char(out, ':');
    strbuf_add(out, key.text);
    strbuf_add_char(out, '}');
    return RC_OK;
}

/* "@user":{"<device>":{"<key>":…}}; nothing when there is no key. */
static enum rc claim_of_user(struct claims *claims, str user_id, yyjson_val *devices)
{
    struct call *call = claims->call;
    const struct user *user;
    yyjson_val *device_id, *algorithm;
    size_t i, count, begin = claims->out->len;
    enum rc rc = users_find(call->tx, user_id, &user);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    claims->any = false;
    if (claims->out->ptr[begin - 1] != '{')
        strbuf_add_char(claims->out, ',');
    strbuf_add_json(claims->out, user_id);
    strbuf_add(claims->out, S(":{"));
    yyjson_obj_foreach(devices, i, count, device_id, algorithm)
        TRY(claim_one(claims, user, json_str_of(device_id), json_str_of(algorithm)));
    strbuf_add_char(claims->out, '}');
    if (!claims->any)
        claims->out->len = begin;
    return RC_OK;
}

static enum rc check_devices(struct call *call, yyjson_val *devices, size_t *total)
{
    yyjson_val *device, *algorithm;
    size_t i, count;
    if (!yyjson_is_obj(devices))
        return call_fail(call, 400, "M_BAD_JSON", "one_time_keys must name devices by user.");
    yyjson_obj_foreach(devices, i, count, device, algorithm)
    {
        if (!yyjson_is_str(algorithm))
            return call_fail(call, 400, "M_BAD_JSON", "one_time_keys must name an algorithm for each device.");
    }
    *total += count;
    return RC_OK;
}

/* Before the first key is taken: a request that is refused costs nobody any. */
static enum rc check_request(struct call *call, yyjson_val *wanted)
{
    yyjson_val *user, *devices;
    size_t i, count, total = 0;
    yyjson_obj_foreach(wanted, i, count, user, devices) TRY(check_devices(call, devices, &total));
    return total <= CLAIMS_MAX ? RC_OK
                               : call_fail(call, 413, "M_TOO_LARGE", "That is more devices than are served at once.");
}

static enum rc claim_all(struct claims *claims, yyjson_val *wanted, struct other_servers *others)
{
    yyjson_val *user_id, *devices;
    size_t i, count;
    yyjson_obj_foreach(wanted, i, count, user_id, devices)
    {
        if (other_servers_pass(others, claims->call, json_str_of(user_id)))
            TRY(claim_of_user(claims, json_str_of(user_id), devices));
    }
    return RC_OK;
}

static enum rc run_claim(struct call *call)
{
    struct claims claims = {.call = call, .out = &call->out};
    struct other_servers others = {0};
    yyjson_val *wanted;
    TRY(json_need_object(call->body, "one_time_keys", &wanted, call_err(call)));
    TRY(check_request(call, wanted));
    strbuf_add(&call->out, S("{\"one_time_keys\":{"));
    enum rc rc = claim_all(&claims, wanted, &others);
    strbuf_add(&call->out, S("},\"failures\":"));
    other_servers_add(&others, &call->out);
    strbuf_add_char(&call->out, '}');
    return rc;
}

static const struct endpoint endpoints[] = {
    {.name = "claimKeys",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/keys/claim",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .body_limit = BODY_MAX,
     .purpose = PURPOSE_MESSAGING,
     .run = run_claim},
};

extern const struct endpoint_module keys_claim_module;
const struct endpoint_module keys_claim_module = ENDPOINT_MODULE(endpoints);
