/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The public log as anybody may read it (obligation 4.8; C2SP tlog-tiles): a checkpoint, and tiles that never change.
 */
#include "api/call.h"
#include "api/server.h"
#include "privacy/tlog.h"

#define PREFIX "/_parley/log/"

static enum rc no_such_part(struct call *call)
{
    call_header(call, S("Cache-Control"), S("no-store"));
    return call_fail(call, 404, "M_NOT_FOUND", "The log has no such part, or does not reach that far yet.");
}

static enum rc get_part(struct call *call)
{
    struct log_path path;
    if (log_path_parse(str_skip(call->http->path, sizeof PREFIX - 1), &path) != RC_OK)
        return no_such_part(call);
    enum rc rc = tlog_read(call->tx, &path, &call->out);
    if (rc == RC_NOT_FOUND)
        return no_such_part(call);
    TRY(rc);
    bool changes = path.kind == LOG_CHECKPOINT;
    call->content_type = changes ? S("text/plain; charset=utf-8") : S("application/octet-stream");
    call_header(call, S("Cache-Control"), changes ? S("no-cache") : S("public, max-age=31536000, immutable"));
    return RC_OK;
}

#define PART(operation, address)                                                                                       \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = PREFIX address, .auth = AUTH_NONE, .exec = EXEC_READ,           \
        .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_NONE, .run = get_part                                 \
    }

/* A tile's number has a segment for each three digits, and one more when it is partial: four reach 2^37 entries. */
static const struct endpoint endpoints[] = {
    PART("parleyLogCheckpoint", "checkpoint"),
    PART("parleyLogTile", "tile/{level}/{number}"),
    PART("parleyLogTile2", "tile/{level}/{number}/{number2}"),
    PART("parleyLogTile3", "tile/{level}/{number}/{number2}/{number3}"),
    PART("parleyLogTile4", "tile/{level}/{number}/{number2}/{number3}/{number4}"),
};

extern const struct endpoint_module public_log_module;
const struct endpoint_module public_log_module = ENDPOINT_MODULE(endpoints);
