/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Content repository": upload, create, PUT upload, config. The slow step strips and writes the file, sealed under
 * a key of its own; the write step seals that key under the uploader's and makes the row. A file without a row is
 * reaped. */
#include "api/media.h"
#include "api/server.h"
#include "media/file.h"
#include "media/sniff.h"
#include "media/strip.h"

/* ---- what an account may have ---- */

static enum rc check_limits(struct call *call, int64_t more)
{
    const struct config *config = call->server->config;
    struct media_usage used;
    int64_t wait_ms;
    TRY(media_usage(call->tx, call->who.user_nid, &used));
    if (used.bytes + more > config->media.max_user_bytes)
        return call_fail(call, 403, "M_FORBIDDEN", "Your files have reached the size an account may have here.");
    TRY(media_day_wait(call->tx, call->who.user_nid, config->media.max_user_files_day, &wait_ms));
    if (wait_ms > 0)
        return call_fail_limited(call, "You have uploaded as many files as an account may within a day.", wait_ms);
    return RC_OK;
}

/* Before anything is written; run() looks again, for others may have come in between. */
static enum rc look_at_limits(struct call *call)
{
    return check_limits(call, (int64_t)call->http->body.len);
}

/* ---- slow: from bytes to a sealed file ---- */

static enum rc write_file(struct call *call, struct media *media, str bytes)
{
    unsigned char *digest = arena_alloc_raw(call->arena, CRYPTO_SHA256_SIZE);
    crypto_sha256(bytes, digest); /* as they are kept */
    media->digest = str_from(digest, CRYPTO_SHA256_SIZE);
    crypto_key_new(call->server->env, &media->key);
    media->file = media_file_name(call->server->media, call->arena);
    media->size = (int64_t)bytes.len;
    return media_file_write(call->server->media, media->file, STR_NONE, &media->key, bytes, call_err(call));
}

enum rc media_store_bytes(struct call *call, struct media *media, str bytes)
{
    struct strbuf stripped = STRBUF_INIT;
    bool known;
    enum rc rc = media_strip(media_sniff(bytes), bytes, &stripped, &known);
    if (rc == RC_OK)
        rc = write_file(call, media, known ? strbuf_str(&stripped) : bytes);
    else
        rc = call_fail(call, 400, "M_INVALID_PARAM", "This picture or film is damaged and cannot be taken.");
    strbuf_fini(&stripped);
    return rc;
}

static enum rc store_upload(struct call *call)
{
    str bytes = call->http->body;
    struct media *media = arena_new(call->arena, struct media);
    media->owner_nid = call->who.user_nid;
    media->name = media_name_clean(call->arena, call_query(call, "filename"));
    media->type = media_type_of(call->arena, http_request_header(call->http, S("content-type")), bytes);
    call->slow_result = media;
    return media_store_bytes(call, media, bytes);
}

/* ---- write: the row ---- */

void media_reply_uri(struct call *call, str id, str more_members)
{
    strbuf_printf(&call->out, "{\"content_uri\":\"mxc://%.*s/%.*s\"", STR_ARG(store_server_name(call->server->store)),
                  STR_ARG(id));
    strbuf_add(&call->out, more_members);
    strbuf_add_char(&call->out, '}');
}

/* The row; and the file just written goes if its owner has the same bytes already. */
static enum rc keep(struct call *call, const struct media *media, str *ret_id)
{
    str file;
    TRY(check_limits(call, media->size));
    enum rc rc = media_add(call->tx, media, ret_id, &file);
    if (rc == RC_FORBIDDEN)
        return call_fail(call, 403, "M_FORBIDDEN", "This file was taken out of sight here and cannot be sent again.");
    TRY(rc);
    if (!str_eq(file, media->file))
        media_file_remove(call->server->media, media->file);
    return RC_OK;
}

static enum rc post_upload(struct call *call)
{
    const struct media *media = call->slow_result;
    str id;
    enum rc rc = keep(call, media, &id);
    if (rc == RC_OK)
        media_reply_uri(call, id, STR_NONE);
    else
        media_file_remove(call->server->media, media->file);
    return rc;
}

/* ---- create first, fill later ---- */

static enum rc post_create(struct call *call)
{
    str id;
    enum rc rc = media_create(call->tx, call->who.user_nid, call->server->config->media.max_announced, &id);
    if (rc == RC_LIMITED)
        return call_fail_limited(call, "You have announced many files and uploaded none of them yet.", 60 * 1000);
    TRY(rc);
    media_reply_uri(
        call, id,
        arena_printf(call->arena, ",\"unused_expires_at\":%lld", (long long)(call_now_ms(call) + MEDIA_PENDING_MS)));
    return RC_OK;
}

static enum rc fill_upload(struct call *call)
{
    struct media filled, *media = call->slow_result;
    str id;
    enum rc rc = str_eq(call->params[0], store_server_name(call->tx->store))
                     ? media_get(call->tx, call->params[1], &filled)
                     : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "This id was not announced here, or waited too long for its file.");
    TRY(rc);
    if (filled.owner_nid != call->who.user_nid)
        return call_fail(call, 403, "M_FORBIDDEN", "Somebody else has announced this id.");
    if (filled.uploaded)
        return call_fail(call, 409, "M_CANNOT_OVERWRITE_MEDIA", "This id has its file already.");
    media->id = call->params[1];
    return keep(call, media, &id);
}

static enum rc put_upload(struct call *call)
{
    const struct media *media = call->slow_result;
    enum rc rc = fill_upload(call);
    if (rc != RC_OK)
        media_file_remove(call->server->media, media->file);
    return rc;
}

static enum rc get_config(struct call *call)
{
    strbuf_printf(&call->out, "{\"m.upload.size\":%lld}", (long long)call->server->config->media.max_upload_bytes);
    return RC_OK;
}

/* What the account keeps here and what it may. */
static enum rc get_usage(struct call *call)
{
    const struct config *config = call->server->config;
    struct media_usage used;
    int64_t today;
    TRY(media_usage(call->tx, call->who.user_nid, &used));
    TRY(media_day_count(call->tx, call->who.user_nid, config->media.max_user_files_day, &today));
    strbuf_printf(&call->out,
                  "{\"bytes\":%lld,\"max_bytes\":%lld,\"files\":%lld,\"files_today\":%lld,"
                  "\"max_files_a_day\":%lld,\"announced\":%lld,\"max_announced\":%lld}",
                  (long long)used.bytes, (long long)config->media.max_user_bytes, (long long)used.files,
                  (long long)today, (long long)config->media.max_user_files_day, (long long)used.waiting,
                  (long long)config->media.max_announced);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "uploadContent",
     .method = HTTP_POST,
     .path = "/_matrix/media/v3/upload",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_MEDIA,
     .body = BODY_RAW,
     .purpose = PURPOSE_MESSAGING,
     .prepare = look_at_limits,
     .slow = store_upload,
     .run = post_upload},
    {.name = "createContent",
     .method = HTTP_POST,
     .path = "/_matrix/media/v1/create",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_MEDIA,
     .body = BODY_JSON_OPTIONAL,
     .purpose = PURPOSE_MESSAGING,
     .run = post_create},
    {.name = "uploadContentToMXC",
     .method = HTTP_PUT,
     .path = "/_matrix/media/v3/upload/{serverName}/{mediaId}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_MEDIA,
     .body = BODY_RAW,
     .purpose = PURPOSE_MESSAGING,
     .prepare = look_at_limits,
     .slow = store_upload,
     .run = put_upload},
    {.name = "getConfigAuthed",
     .method = HTTP_GET,
     .path = "/_matrix/client/v1/media/config",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_config},
    {.name = "getConfig",
     .method = HTTP_GET,
     .path = "/_matrix/media/v3/config",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_config},
    {.name = "parleyMediaUsage",
     .method = HTTP_GET,
     .path = "/_parley/v1/media/usage",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_usage},
};

extern const struct endpoint_module media_upload_module;
const struct endpoint_module media_upload_module = ENDPOINT_MODULE(endpoints);
