/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Voice over IP", "GET /voip/turnServer": short-lived credentials made from a secret shared with the TURN servers
 * (draft-uberti-behave-turn-rest, coturn's use-auth-secret). The name in them is a pseudonym that changes with each:
 * relays need not know who calls (obligation 1.5).
 */
#include "api/voip.h"

#include "api/call.h"
#include "api/secret_file.h"
#include "crypto/crypto.h"
#include "store/seal.h"

enum rc voip_read_secret(struct server *server, struct error *err)
{
    str path = server->config->turn.secret_file;
    if (!path.len && !server->config->turn.uris.count)
        return RC_OK;
    if (!path.len || !server->config->turn.uris.count)
        return error_set(err, RC_INVALID, "turn.uris and turn.secret_file go together: one of them is missing");
    return secret_file_read(server, "turn.secret_file", path, &server->turn_secret, err);
}

/* "<until, in seconds>:<pseudonym>" */
static str make_username(struct call *call, int64_t ttl)
{
    long long until = (long long)(call_now_ms(call) / 1000 + ttl);
    str named = arena_printf(call->arena, "%lld.%llu", until, (unsigned long long)call->who.user_nid);
    str pseudonym = crypto_hex(call->arena, seal_blind(call->tx, "turn", named));
    return arena_printf(call->arena, "%lld:%.*s", until, STR_ARG(pseudonym));
}

static str make_password(struct call *call, str username)
{
    unsigned char mac[CRYPTO_SHA1_SIZE];
    crypto_hmac_sha1(call->server->turn_secret, username, mac);
    str text = crypto_base64(call->arena, str_from(mac, sizeof mac), false);
    return arena_concat(call->arena, text, S("="), STR_NONE); /* 20 bytes: as relays expect it, padded */
}

static enum rc get_turn_server(struct call *call)
{
    const struct config_list *uris = &call->server->config->turn.uris;
    int64_t ttl = call->server->config->turn.lifetime / 1000;
    bool offered = uris->count > 0;
    str username = offered ? make_username(call, ttl) : S("");
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    for (size_t i = 0; i < uris->count; i++)
        yyjson_mut_arr_append(list, json_mut_str(doc, uris->items[i]));
    json_set_str(doc, answer, "username", username);
    json_set_str(doc, answer, "password", offered ? make_password(call, username) : S(""));
    json_set(doc, answer, "uris", list);
    json_set_i64(doc, answer, "ttl", ttl);
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getTurnServer",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/voip/turnServer",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_turn_server},
};

extern const struct endpoint_module voip_module;
const struct endpoint_module voip_module = ENDPOINT_MODULE(endpoints);
