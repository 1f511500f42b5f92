/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Content repository": download, for the signed-in, at the addresses of today and at the older ones. */
#include "api/media.h"
#include "media/sniff.h"

/* ---- download ---- */

static enum rc send_file(struct call *call, const struct media *media)
{
    str name = call->params[2].ptr ? media_name_clean(call->arena, call->params[2]) : media->name;
    return media_reply_file(call, media, STR_NONE, media->type, name);
}

static enum rc get_download(struct call *call)
{
    return media_find(call, send_file);
}

static enum rc get_download_old(struct call *call)
{
    return media_find_as_of_old(call, send_file);
}

#define MEDIA_GET(operation, address, handler)                                                                         \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/client/v1/media/" address, .auth = AUTH_GUEST_TOO,    \
        .exec = EXEC_PARK, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = handler          \
    }
#define OLD_GET(operation, address)                                                                                    \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = "/_matrix/media/v3/" address, .auth = AUTH_OPTIONAL,            \
        .exec = EXEC_PARK, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = get_download_old \
    }

static const struct endpoint endpoints[] = {
    MEDIA_GET("getContentAuthed", "download/{serverName}/{mediaId}", get_download),
    MEDIA_GET("getContentOverrideNameAuthed", "download/{serverName}/{mediaId}/{fileName}", get_download),
    OLD_GET("getContent", "download/{serverName}/{mediaId}"),
    OLD_GET("getContentOverrideName", "download/{serverName}/{mediaId}/{fileName}"),
};

extern const struct endpoint_module media_download_module;
const struct endpoint_module media_download_module = ENDPOINT_MODULE(endpoints);
