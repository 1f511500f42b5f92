/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/invite_key.h"

#include "api/server.h"
#include "crypto/crypto.h"
#include "privacy/signed.h"

enum { PUBLIC_KEY_SIZE = 32 };

static str public_key(struct call *call)
{
    struct crypto_signer signer;
    signing_signer(call->server->store, SIGNING_INVITE, &signer);
    str key = arena_dup(call->arena, str_from(signer.public_key, PUBLIC_KEY_SIZE));
    crypto_wipe(&signer, sizeof signer);
    return key;
}

static bool is_key_text(struct call *call, str text)
{
    str key;
    return text.len && crypto_base64_decode(call->arena, text, &key) == RC_OK && str_eq(key, public_key(call));
}

/* ---- the offer ---- */

static void add_key(struct call *call, yyjson_mut_doc *doc, yyjson_mut_val *object)
{
    json_set_str(doc, object, "public_key", crypto_base64(call->arena, public_key(call), false));
    json_set_str(doc, object, "key_validity_url",
                 arena_printf(call->arena, "%.*s/_parley/v1/keys/invite/isvalid",
                              STR_ARG(call->server->config->server.public_url)));
}

str invite_key_offer(struct call *call, str display_name)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc), *keys = yyjson_mut_arr(doc), *key = yyjson_mut_obj(doc);
    json_set_str(doc, content, "display_name", display_name);
    add_key(call, doc, content);
    add_key(call, doc, key);
    yyjson_mut_arr_append(keys, key);
    json_set(doc, content, "public_keys", keys);
    return json_mut_text(call->arena, content);
}

bool invite_key_fits(struct call *call, const struct event *offer)
{
    yyjson_val *content;
    return event_content(offer, call->arena, &content) == RC_OK
           && is_key_text(call, json_str_of(yyjson_obj_get(content, "public_key")));
}

/* ---- taking it up ---- */

/* Spec, appendices, "Signing JSON". */
static enum rc sign(struct call *call, yyjson_mut_val *object, str *ret_key_id, str *ret_signature)
{
    struct strbuf message = STRBUF_INIT;
    struct crypto_signer signer;
    unsigned char signature[CRYPTO_SIGNATURE_SIZE];
    enum rc rc = json_mut_canonical(&message, object, call_err(call));
    if (rc == RC_OK) {
        signing_signer(call->server->store, SIGNING_INVITE, &signer);
        crypto_signer_sign(&signer, strbuf_str(&message), signature);
        str id = signing_key_id(call->arena, signer.public_key);
        *ret_key_id = arena_printf(call->arena, "ed25519:%.*s", STR_ARG(id));
        *ret_signature = crypto_base64(call->arena, str_from(signature, sizeof signature), false);
        crypto_wipe(&signer, sizeof signer);
    }
    strbuf_fini(&message);
    return rc;
}

enum rc invite_key_sign(struct call *call, const struct event *offer, str user_id, yyjson_val **ret_value)
{
    yyjson_val *content;
    str key_id, signature;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *value = yyjson_mut_obj(doc), *signed_part = yyjson_mut_obj(doc), *signatures = yyjson_mut_obj(doc),
                   *own = yyjson_mut_obj(doc);
    TRY(event_content(offer, call->arena, &content));
    json_set_str(doc, signed_part, "mxid", user_id);
    json_set_str(doc, signed_part, "token", offer->state_key);
    TRY(sign(call, signed_part, &key_id, &signature));
    yyjson_mut_obj_add(own, json_mut_str(doc, key_id), json_mut_str(doc, signature));
    yyjson_mut_obj_add(signatures, json_mut_str(doc, store_server_name(call->server->store)), own);
    json_set(doc, signed_part, "signatures", signatures);
    json_set_str(doc, value, "display_name", json_str_of(yyjson_obj_get(content, "display_name")));
    json_set(doc, value, "signed", signed_part);
    return json_parse_object(call->arena, json_mut_text(call->arena, value), false, ret_value, call_err(call));
}

/* ---- its validity ---- */

/* Identity service API, "Check whether a long-term public key is valid", at the address the offers name. */
static enum rc get_is_valid(struct call *call)
{
    str key = call_query(call, "public_key");
    if (!key.ptr)
        return call_fail(call, 400, "M_MISSING_PARAM", "public_key is missing.");
    /* A plus that was not encoded has arrived as a blank; base64 has none. */
    char *text = arena_cstr(call->arena, key);
    for (size_t i = 0; i < key.len; i++)
        if (text[i] == ' ')
            text[i] = '+';
    strbuf_printf(&call->out, "{\"valid\":%s}", is_key_text(call, str_from(text, key.len)) ? "true" : "false");
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyIsInviteKeyValid",
     .method = HTTP_GET,
     .path = "/_parley/v1/keys/invite/isvalid",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_is_valid},
};

extern const struct endpoint_module invite_key_module;
const struct endpoint_module invite_key_module = ENDPOINT_MODULE(endpoints);
