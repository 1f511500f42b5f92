/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Cross-signing": POST /keys/device_signing/upload. */
#include "store/cross_signing.h"
#include "api/call.h"
#include "api/uia.h"
#include "e2ee/published_keys.h"
#include "e2ee/signed_json.h"
#include "store/device_keys.h"
#include "store/devices.h"

enum { SIGNATURES_MAX = 32 }; /* of the master key, by the person */

static const struct uia_operation upload_operation = {.name = "uploadCrossSigningKeys",
                                                      .flows = {{{UIA_PASSWORD}}, {{UIA_SMS}}}};

static const struct {
    const char *member;
    str usage;
} members[CROSS_SIGNING_USAGES] = {
    [CROSS_SIGNING_MASTER] = {"master_key", STR_INIT("master")},
    [CROSS_SIGNING_SELF] = {"self_signing_key", STR_INIT("self_signing")},
    [CROSS_SIGNING_USER] = {"user_signing_key", STR_INIT("user_signing")},
};

struct upload {
    yyjson_val *objects[CROSS_SIGNING_USAGES];
    struct cross_signing_keys given, present;
    struct uia_attempt *attempt; /* NULL: the person need not show that it is them */
};

static enum rc read_upload(struct call *call, struct upload *upload)
{
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        struct cross_signing_key *key = &upload->given.of[usage];
        TRY(json_get_object(call->body, members[usage].member, &upload->objects[usage], call_err(call)));
        if (upload->objects[usage])
            TRY(cross_signing_key_read(call->arena, upload->objects[usage], call->who.user_id, members[usage].usage,
                                       &key->public_key, &key->text, call_err(call)));
    }
    return RC_OK;
}

/* ---- must the person show that it is them? ---- */

/* Not for the first keys, and not for those they have: an answer may have got lost (spec "POST
 * /keys/device_signing/upload"). */
static bool needs_proof(const struct upload *upload)
{
    if (!upload->present.of[CROSS_SIGNING_MASTER].text.len)
        return false;
    if (!upload->given.of[CROSS_SIGNING_MASTER].text.len)
        return true;
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        const struct cross_signing_key *given = &upload->given.of[usage], *present = &upload->present.of[usage];
        if (given->text.len && !str_eq(given->public_key, present->public_key))
            return true;
    }
    return false;
}

static enum rc prepare_upload(struct call *call)
{
    struct upload *upload = arena_new(call->arena, struct upload);
    call->slow_result = upload;
    TRY(read_upload(call, upload));
    TRY(cross_signing_get(call->tx, call->who.user_nid, &upload->present));
    return needs_proof(upload) ? uia_prepare(call, &upload_operation, &upload->attempt) : RC_OK;
}

static enum rc slow_upload(struct call *call)
{
    struct upload *upload = call->slow_result;
    if (upload->attempt)
        uia_slow(upload->attempt);
    return RC_OK;
}

static enum rc prove(struct call *call, struct upload *upload, bool *ret_passed)
{
    struct uia_result result;
    *ret_passed = true;
    if (upload->attempt)
        return uia_run(call, upload->attempt, ret_passed, &result);
    if (!needs_proof(upload))
        return RC_OK;
    /* Another request was faster. */
    *ret_passed = false;
    return uia_prepare(call, &upload_operation, &upload->attempt);
}

/* ---- what the keys must be ---- */

static enum rc bad_signature(struct call *call, const char *text)
{
    return call_fail(call, 400, "M_INVALID_SIGNATURE", text);
}

/* The others are the master key's to vouch for. */
static enum rc check_by_master(struct call *call, const struct upload *upload, int usage)
{
    const struct cross_signing_key *given = &upload->given.of[CROSS_SIGNING_MASTER];
    str public_key = given->text.len ? given->public_key : upload->present.of[CROSS_SIGNING_MASTER].public_key;
    str key_id = arena_concat(call->arena, S("ed25519:"), public_key, STR_NONE), message;
    if (!public_key.len)
        return call_fail(call, 400, "M_MISSING_PARAM", "There is no master key for the others to be signed by.");
    TRY(signed_json_message(call->arena, upload->objects[usage], &message, call_err(call)));
    str signature = signed_json_signature(upload->objects[usage], call->who.user_id, key_id);
    return signature_is_good(call->arena, message, signature, public_key)
               ? RC_OK
               : bad_signature(call, "A key is not signed by the master key.");
}

/* The person's devices may sign the master key: those that are known must have done so. */
static enum rc check_by_device(struct call *call, str message, str key_id, str signature)
{
    struct device_keys keys;
    yyjson_val *object;
    str algorithm, device_id;
    if (key_name_split(key_id, &algorithm, &device_id) != RC_OK || !str_eq(algorithm, S("ed25519")))
        return RC_OK;
    enum rc rc = device_keys_get(call->tx, call->who.user_nid, device_id, &keys);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(json_parse_object(call->arena, keys.text, false, &object, NULL));
    str public_key = json_str_of(yyjson_obj_getn(yyjson_obj_get(object, "keys"), key_id.ptr, key_id.len));
    return signature_is_good(call->arena, message, signature, public_key)
               ? RC_OK
               : bad_signature(call, "A device's signature of the master key is not right.");
}

static enum rc check_master(struct call *call, yyjson_val *master)
{
    str own = call->who.user_id, message;
    yyjson_val *signatures = yyjson_obj_getn(yyjson_obj_get(master, "signatures"), own.ptr, own.len), *key_id, *value;
    size_t i, count;
    TRY(signed_json_message(call->arena, master, &message, call_err(call)));
    yyjson_obj_foreach(signatures, i, count, key_id, value)
    {
        if (i >= SIGNATURES_MAX)
            return call_fail(call, 413, "M_TOO_LARGE", "The master key has too many signatures.");
        TRY(check_by_device(call, message, json_str_of(key_id), json_str_of(value)));
    }
    return RC_OK;
}

static enum rc check_names(struct call *call, const struct upload *upload)
{
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        struct device device;
        if (!upload->given.of[usage].text.len)
            continue;
        enum rc rc = devices_find(call->tx, call->who.user_nid, upload->given.of[usage].public_key, &device);
        if (rc == RC_OK)
            return call_fail(call, 403, "M_FORBIDDEN", "A device of yours is called what one of the keys is called.");
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    return RC_OK;
}

static enum rc check_keys(struct call *call, const struct upload *upload)
{
    TRY(check_names(call, upload));
    if (upload->objects[CROSS_SIGNING_MASTER])
        TRY(check_master(call, upload->objects[CROSS_SIGNING_MASTER]));
    for (int usage = CROSS_SIGNING_SELF; usage < CROSS_SIGNING_USAGES; usage++)
        if (upload->objects[usage])
            TRY(check_by_master(call, upload, usage));
    return RC_OK;
}

static enum rc run_upload(struct call *call)
{
    struct upload *upload = call->slow_result;
    bool passed;
    TRY(cross_signing_get(call->tx, call->who.user_nid, &upload->present));
    TRY(check_keys(call, upload));
    TRY(prove(call, upload, &passed));
    return passed ? cross_signing_set(call->tx, call->who.user_nid, &upload->given) : RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "uploadCrossSigningKeys",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/keys/device_signing/upload",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_LOGIN,
     .body = BODY_JSON,
     .service = SERVICE_NAMED,
     .purpose = PURPOSE_ACCOUNT_SECURITY,
     .also = PURPOSE_BIT(PURPOSE_MESSAGING),
     .prepare = prepare_upload,
     .slow = slow_upload,
     .run = run_upload},
};

extern const struct endpoint_module cross_signing_module;
const struct endpoint_module cross_signing_module = ENDPOINT_MODULE(endpoints);
