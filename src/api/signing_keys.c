/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The keys the server signs with, for anyone who checks a receipt, a certificate or the log without asking again. */
#include "api/call.h"
#include "api/server.h"
#include "privacy/signed.h"
#include "privacy/tlog.h"

static yyjson_mut_val *key_object(struct call *call, yyjson_mut_doc *doc, enum signing_use use)
{
    struct crypto_signer signer;
    signing_signer(call->server->store, use, &signer);
    str key = str_from(signer.public_key, sizeof signer.public_key);
    str id = signing_key_id(call->arena, signer.public_key);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "use", str_of(signing_use_name(use)));
    json_set_str(doc, object, "key", arena_printf(call->arena, "%s:%.*s", signing_use_name(use), STR_ARG(id)));
    json_set_str(doc, object, "algorithm", S("Ed25519"));
    json_set_str(doc, object, "public_key", crypto_base64(call->arena, key, false));
    json_set_str(doc, object, "public_key_hex", crypto_hex(call->arena, key));
    if (use == SIGNING_LOG)
        json_set_str(doc, object, "verifier", tlog_verifier(call->arena, call->server->store));
    crypto_wipe(&signer, sizeof signer);
    return object;
}

static enum rc get_keys(struct call *call)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *keys = yyjson_mut_arr(doc);
    for (int use = 0; use < SIGNING_USE_COUNT; use++)
        yyjson_mut_arr_append(keys, key_object(call, doc, (enum signing_use)use));
    json_set(doc, answer, "keys", keys);
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "parleyKeys",
     .method = HTTP_GET,
     .path = "/_parley/v1/keys",
     .auth = AUTH_NONE,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_NONE,
     .run = get_keys},
};

extern const struct endpoint_module signing_keys_module;
const struct endpoint_module signing_keys_module = ENDPOINT_MODULE(endpoints);
