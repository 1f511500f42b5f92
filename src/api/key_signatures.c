/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Cross-signing": POST /keys/signatures/upload. A signature is kept if it is one the specification knows: of
 * one's own devices by the self-signing key, of one's own master key by one's devices, of another's master key by the
 * user-signing key. All are checked: off the writer's thread, and there once more only if a key has changed meanwhile.
 */
#include "store/key_signatures.h"
#include "api/call.h"
#include "e2ee/signed_json.h"
#include "store/cross_signing.h"
#include "store/device_keys.h"

enum { BODY_MAX = 256 << 10, OBJECTS_MAX = 250, SIGNATURES_MAX = 1000 };

/* Static texts; errcode NULL: nothing is wrong. */
struct failure {
    const char *errcode, *error;
};
static const struct failure fine = {NULL, NULL};
static const struct failure unknown = {"M_NOT_FOUND", "There is no such key."};
static const struct failure altered = {"M_INVALID_PARAM", "This is not the key as it was published."};
static const struct failure invalid = {"M_INVALID_SIGNATURE", "The signature is not right."};
static const struct failure misplaced = {"M_INVALID_SIGNATURE", "No key of yours that signs such keys has made it."};

/* One signature to be added. */
struct signing {
    struct key_signature signature;
    str message, public_key;
    bool good;
};
/* One signed object of the request. */
struct item {
    str user_id, name;
    yyjson_val *object;
    uint64_t target; /* 0: nobody */
    struct signing *signings;
    size_t count;
    struct failure failure;
};
struct upload {
    struct item *items;
    size_t count;
};
/* What the caller signs with. */
struct signer {
    struct call *call;
    struct cross_signing_keys own;
    size_t total; /* signatures seen */
};

/* ---- the request ---- */

static enum rc read_user(struct call *call, struct upload *upload, str user_id, yyjson_val *objects)
{
    yyjson_val *name, *object;
    size_t i, count;
    if (!yyjson_is_obj(objects))
        return call_fail(call, 400, "M_BAD_JSON", "The request names signed objects by user and key.");
    yyjson_obj_foreach(objects, i, count, name, object)
    {
        if (!yyjson_is_obj(object))
            return call_fail(call, 400, "M_BAD_JSON", "The request names signed objects by user and key.");
        if (upload->count == OBJECTS_MAX)
            return call_fail(call, 413, "M_TOO_LARGE", "Those are more keys than are taken at once.");
        upload->items[upload->count++] = (struct item){.user_id = user_id, .name = json_str_of(name), .object = object};
    }
    return RC_OK;
}

static enum rc read_upload(struct call *call, struct upload *upload)
{
    yyjson_val *user_id, *objects;
    size_t i, count;
    upload->items = arena_array(call->arena, struct item, OBJECTS_MAX);
    yyjson_obj_foreach(call->body, i, count, user_id, objects)
        TRY(read_user(call, upload, json_str_of(user_id), objects));
    return RC_OK;
}

/* ---- what stands to be signed, and by what ---- */

/* The published text of what the item names: the target's master key, or a device of the caller's own. */
static enum rc find_text(const struct signer *signer, struct item *item, str *ret_text, bool *ret_is_master)
{
    struct call *call = signer->call;
    const struct user *user;
    struct cross_signing_keys theirs;
    struct device_keys device;
    TRY(users_find(call->tx, item->user_id, &user));
    item->target = user->nid;
    bool own = user->nid == call->who.user_nid;
    if (own)
        theirs = signer->own;
    else
        TRY(cross_signing_get(call->tx, user->nid, &theirs));
    *ret_text = theirs.of[CROSS_SIGNING_MASTER].text;
    *ret_is_master = ret_text->len && str_eq(theirs.of[CROSS_SIGNING_MASTER].public_key, item->name);
    if (*ret_is_master)
        return RC_OK;
    if (!own)
        return RC_NOT_FOUND;
    TRY(device_keys_get(call->tx, user->nid, item->name, &device));
    *ret_text = device.text;
    return RC_OK;
}

static bool is_key(struct call *call, const struct cross_signing_key *key, str key_id)
{
    return key->public_key.len && str_eq(key_id, arena_concat(call->arena, S("ed25519:"), key->public_key, STR_NONE));
}

/* Empty: no key of the caller's that signs such. */
static enum rc find_signing_key(const struct signer *signer, const struct item *item, bool is_master, str key_id,
                                str *ret_public_key)
{
    struct call *call = signer->call;
    bool own = item->target == call->who.user_nid;
    const struct cross_signing_key *key = &signer->own.of[own ? CROSS_SIGNING_SELF : CROSS_SIGNING_USER];
    struct device_keys device;
    yyjson_val *object;
    *ret_public_key = STR_NONE;
    if (!own || !is_master) {
        if (is_key(call, key, key_id))
            *ret_public_key = key->public_key;
        return RC_OK;
    }
    if (!str_starts(key_id, S("ed25519:")))
        return RC_OK;
    enum rc rc = device_keys_get(call->tx, item->target, str_skip(key_id, S("ed25519:").len), &device);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(json_parse_object(call->arena, device.text, false, &object, NULL));
    *ret_public_key = json_str_of(yyjson_obj_getn(yyjson_obj_get(object, "keys"), key_id.ptr, key_id.len));
    return RC_OK;
}

/* Those of the caller's signatures that are not there already. */
static enum rc collect_signatures(struct signer *signer, struct item *item, yyjson_val *published, bool is_master,
                                  str message)
{
    struct call *call = signer->call;
    str own = call->who.user_id;
    yyjson_val *mine = yyjson_obj_getn(yyjson_obj_get(item->object, "signatures"), own.ptr, own.len), *key, *value;
    size_t i, count;
    item->signings = arena_array(call->arena, struct signing, yyjson_obj_size(mine) + 1);
    yyjson_obj_foreach(mine, i, count, key, value)
    {
        str key_id = json_str_of(key), signature = json_str_of(value), public_key;
        if (++signer->total > SIGNATURES_MAX)
            return call_fail(call, 413, "M_TOO_LARGE", "Those are more signatures than are taken at once.");
        if (str_eq(signed_json_signature(published, own, key_id), signature))
            continue;
        TRY(find_signing_key(signer, item, is_master, key_id, &public_key));
        if (!public_key.len) {
            item->failure = misplaced;
            continue;
        }
        item->signings[item->count++] = (struct signing){
            .signature = {item->name, key_id, signature}, .message = message, .public_key = public_key};
    }
    return RC_OK;
}

static enum rc collect_item(struct signer *signer, struct item *item)
{
    struct arena *arena = signer->call->arena;
    yyjson_val *published;
    str text, message, expected;
    bool is_master;
    item->failure = fine;
    item->count = 0;
    enum rc rc = find_text(signer, item, &text, &is_master);
    if (rc == RC_NOT_FOUND)
        item->failure = unknown;
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(json_parse_object(arena, text, false, &published, NULL));
    TRY(signed_json_message(arena, published, &expected, NULL));
    if (signed_json_message(arena, item->object, &message, NULL) != RC_OK || !str_eq(message, expected)) {
        item->failure = altered;
        return RC_OK;
    }
    return collect_signatures(signer, item, published, is_master, message);
}

static enum rc collect(struct call *call, struct upload *upload)
{
    struct signer signer = {.call = call};
    TRY(cross_signing_get(call->tx, call->who.user_nid, &signer.own));
    for (size_t i = 0; i < upload->count; i++)
        TRY(collect_item(&signer, &upload->items[i]));
    return RC_OK;
}

/* ---- checking ---- */

static enum rc prepare_upload(struct call *call)
{
    struct upload *upload = arena_new(call->arena, struct upload);
    call->slow_result = upload;
    TRY(read_upload(call, upload));
    return collect(call, upload);
}

static bool is_good(struct call *call, const struct signing *signing)
{
    return signature_is_good(call->arena, signing->message, signing->signature.signature, signing->public_key);
}

static enum rc slow_upload(struct call *call)
{
    const struct upload *upload = call->slow_result;
    for (size_t i = 0; i < upload->count; i++)
        for (size_t k = 0; k < upload->items[i].count; k++)
            upload->items[i].signings[k].good = is_good(call, &upload->items[i].signings[k]);
    return RC_OK;
}

/* The key and what it signed are what they were when it was checked. */
static bool was_checked(const struct item *before, const struct signing *now)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct signing *then = &before->signings[i];
        if (then->good && str_eq(then->signature.key_id, now->signature.key_id)
            && str_eq(then->public_key, now->public_key) && str_eq(then->message, now->message))
            return true;
    }
    return false;
}

/* ---- keeping ---- */

static enum rc keep(struct call *call, const struct item *before, struct item *item)
{
    for (size_t i = 0; i < item->count; i++) {
        const struct signing *signing = &item->signings[i];
        if (was_checked(before, signing) || is_good(call, signing))
            TRY(key_signatures_add(call->tx, call->who.user_nid, item->target, &signing->signature));
        else
            item->failure = invalid;
    }
    return RC_OK;
}

static void add_failures(struct call *call, const struct upload *upload)
{
    struct strbuf *out = &call->out;
    str user_id = STR_NONE;
    strbuf_add(out, S("{\"failures\":{"));
    for (size_t i = 0; i < upload->count; i++) {
        const struct item *item = &upload->items[i];
        if (!item->failure.errcode)
            continue;
        bool same = user_id.ptr && str_eq(user_id, item->user_id);
        if (user_id.ptr)
            strbuf_add(out, same ? S(",") : S("},"));
        user_id = item->user_id;
        if (!same) {
            strbuf_add_json(out, user_id);
            strbuf_add(out, S(":{"));
        }
        strbuf_add_json(out, item->name);
        strbuf_printf(out, ":{\"errcode\":\"%s\",\"error\":\"%s\"}", item->failure.errcode, item->failure.error);
    }
    strbuf_add(out, user_id.ptr ? S("}}}") : S("}}"));
}

static enum rc run_upload(struct call *call)
{
    struct upload *before = call->slow_result, now = *before;
    now.items = arena_array(call->arena, struct item, now.count + 1);
    for (size_t i = 0; i < now.count; i++)
        now.items[i] = before->items[i];
    TRY(collect(call, &now));
    for (size_t i = 0; i < now.count; i++)
        TRY(keep(call, &before->items[i], &now.items[i]));
    add_failures(call, &now);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "uploadCrossSigningSignatures",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/keys/signatures/upload",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .body_limit = BODY_MAX,
     .service = SERVICE_NAMED,
     .purpose = PURPOSE_MESSAGING,
     .prepare = prepare_upload,
     .slow = slow_upload,
     .run = run_upload},
};

extern const struct endpoint_module key_signatures_module;
const struct endpoint_module key_signatures_module = ENDPOINT_MODULE(endpoints);
