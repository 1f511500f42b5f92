/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Server-side key backups": the versions. Keys are in key_backup_sessions.c. */
#include "api/key_backup.h"

#include "api/server.h"
#include "store/act.h"

#include <stdlib.h>

#define PATH "/_matrix/client/v3/room_keys/version"

enum { ALGORITHM_MAX = 255, AUTH_DATA_MAX = 32 << 10, AUTH_DATA_DEPTH = 8 };

enum rc key_backup_find(struct call *call, str name, struct room_keys_version *ret_version)
{
    int64_t number;
    enum rc rc = str_to_i64(name, &number) == RC_OK
                     ? room_keys_version_get(call->tx, call->who.user_nid, number, ret_version)
                     : RC_NOT_FOUND;
    return rc == RC_NOT_FOUND ? call_fail(call, 404, "M_NOT_FOUND", "There is no such backup.") : rc;
}

/* ---- what is sent ---- */

/* Of the specification's algorithm: the public key, and who signed it. */
static enum rc check_curve25519(struct call *call, yyjson_val *auth_data)
{
    str public_key;
    yyjson_val *signatures, *user_id, *by_key;
    size_t i, count;
    TRY(json_need_str(auth_data, "public_key", &public_key, call_err(call)));
    TRY(json_get_object(auth_data, "signatures", &signatures, call_err(call)));
    yyjson_obj_foreach(signatures, i, count, user_id, by_key)
    {
        if (!yyjson_is_obj(by_key))
            return call_fail(call, 400, "M_BAD_JSON", "signatures are given by user, then by key.");
    }
    return RC_OK;
}

static enum rc read_backup(struct call *call, struct room_keys_version *version)
{
    yyjson_val *auth_data;
    TRY(json_need_str(call->body, "algorithm", &version->algorithm, call_err(call)));
    TRY(json_need_object(call->body, "auth_data", &auth_data, call_err(call)));
    version->auth_data = json_text(call->arena, auth_data);
    if (!version->algorithm.len || version->algorithm.len > ALGORITHM_MAX || version->auth_data.len > AUTH_DATA_MAX
        || !json_depth_fits(auth_data, AUTH_DATA_DEPTH))
        return call_fail(call, 400, "M_INVALID_PARAM", "The algorithm's name or its auth_data is too large.");
    if (memchr(version->algorithm.ptr, 0, version->algorithm.len))
        return call_fail(call, 400, "M_INVALID_PARAM", "This is not the name of an algorithm.");
    return str_eq(version->algorithm, S("m.megolm_backup.v1.curve25519-aes-sha2")) ? check_curve25519(call, auth_data)
                                                                                   : RC_OK;
}

/* ---- what is left of a deleted one ---- */

struct sweep {
    struct server *server;
    uint64_t user_nid;
    bool more;
};

static const struct act sweeping = ACT_SERVICE(PURPOSE_MESSAGING);

static enum rc sweep_run(struct tx *tx, void *arg)
{
    struct sweep *sweep = arg;
    return room_keys_sweep(tx, sweep->user_nid, &sweep->more);
}

/* What a crash leaves over goes when the account makes or deletes its next backup, or ends. */
static void sweep_done(void *arg, enum rc rc)
{
    struct sweep *sweep = arg;
    if (rc == RC_OK && sweep->more)
        server_write(sweep->server, &sweeping, sweep_run, sweep_done, sweep);
    else
        free(sweep);
}

static void sweep_begin(struct store *store, void *arg)
{
    (void)store;
    struct sweep *sweep = arg;
    server_write(sweep->server, &sweeping, sweep_run, sweep_done, sweep);
}

static enum rc sweep_some(struct call *call)
{
    bool more;
    TRY(room_keys_sweep(call->tx, call->who.user_nid, &more));
    if (!more)
        return RC_OK;
    struct sweep *sweep = xcalloc(1, sizeof *sweep);
    *sweep = (struct sweep){.server = call->server, .user_nid = call->who.user_nid};
    tx_after_commit(call->tx, sweep_begin, free, sweep);
    return RC_OK;
}

/* ---- the operations ---- */

static void reply_version(struct call *call, const struct room_keys_version *version)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "algorithm", version->algorithm);
    json_set_raw(doc, answer, "auth_data", version->auth_data);
    json_set_i64(doc, answer, "count", version->count);
    json_set_str(doc, answer, "etag", arena_printf(call->arena, "%lld", (long long)version->etag));
    json_set_str(doc, answer, "version", arena_printf(call->arena, "%lld", (long long)version->version));
    call_reply_json(call, answer);
}

static enum rc post_version(struct call *call)
{
    struct room_keys_version version = {.user_nid = call->who.user_nid};
    TRY(read_backup(call, &version));
    enum rc rc = room_keys_version_add(call->tx, &version);
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_TOO_LARGE", "There are too many backups. Delete an old one first.");
    TRY(rc);
    strbuf_printf(&call->out, "{\"version\":\"%lld\"}", (long long)version.version);
    return sweep_some(call);
}

static enum rc get_current(struct call *call)
{
    struct room_keys_version version;
    enum rc rc = room_keys_version_current(call->tx, call->who.user_nid, &version);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no backup.");
    TRY(rc);
    reply_version(call, &version);
    return RC_OK;
}

static enum rc get_version(struct call *call)
{
    struct room_keys_version version;
    TRY(key_backup_find(call, call->params[0], &version));
    reply_version(call, &version);
    return RC_OK;
}

static enum rc put_version(struct call *call)
{
    struct room_keys_version version, next = {0};
    str named;
    TRY(key_backup_find(call, call->params[0], &version));
    TRY(read_backup(call, &next));
    TRY(json_get_str(call->body, "version", &named, call_err(call)));
    if (named.ptr && !str_eq(named, call->params[0]))
        return call_fail(call, 400, "M_INVALID_PARAM", "The version is not that of the address.");
    if (!str_eq(next.algorithm, version.algorithm))
        return call_fail(call, 400, "M_INVALID_PARAM", "The algorithm of a backup cannot be changed.");
    version.auth_data = next.auth_data;
    return room_keys_version_save(call->tx, &version);
}

static enum rc delete_version(struct call *call)
{
    int64_t number;
    enum rc rc = str_to_i64(call->params[0], &number) == RC_OK
                     ? room_keys_version_delete(call->tx, call->who.user_nid, number)
                     : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There never was such a backup.");
    TRY(rc);
    return sweep_some(call);
}

#define VERSION(operation, verb, address, mode, cost, contents, handler)                                               \
    {                                                                                                                  \
        .name = operation, .method = verb, .path = address, .auth = AUTH_USER, .exec = mode, .rate = cost,             \
        .body = contents, .purpose = PURPOSE_MESSAGING, .run = handler                                                 \
    }

static const struct endpoint endpoints[] = {
    VERSION("postRoomKeysVersion", HTTP_POST, PATH, EXEC_WRITE, RATE_WRITE, BODY_JSON, post_version),
    VERSION("getRoomKeysVersionCurrent", HTTP_GET, PATH, EXEC_READ, RATE_READ, BODY_NONE, get_current),
    VERSION("getRoomKeysVersion", HTTP_GET, PATH "/{version}", EXEC_READ, RATE_READ, BODY_NONE, get_version),
    VERSION("putRoomKeysVersion", HTTP_PUT, PATH "/{version}", EXEC_WRITE, RATE_WRITE, BODY_JSON, put_version),
    VERSION("deleteRoomKeysVersion", HTTP_DELETE, PATH "/{version}", EXEC_WRITE, RATE_WRITE, BODY_NONE, delete_version),
};

extern const struct endpoint_module key_backup_module;
const struct endpoint_module key_backup_module = ENDPOINT_MODULE(endpoints);
