/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "GET /media/preview_url": what a page is about that somebody links to. A first look on the loop says whether it
 * may be asked for and waits for the page; the slow step seals its picture as any upload; the write step makes the
 * picture's row. Answers are kept for a while, for all who read the same message, and given on the loop.
 */
#include "api/url_preview.h"
#include "api/media.h"
#include "api/notices_room.h"
#include "api/server.h"
#include "media/file.h"
#include "media/sniff.h"
#include "preview/cache.h"
#include "preview/fetch.h"

enum {
    URL_MAX = 2048,
    KEEP_MS = 60 * 60 * 1000,
    KEEP_NOTHING_MS = 5 * 60 * 1000, /* a page that did not answer may do so soon */
};

struct preview {
    str url; /* as it is asked for */
    const struct preview_found *found;
    struct media *picture; /* NULL: none */
    struct call *call;
};

/* ---- may it be asked for? ---- */

static enum rc refuse_host(struct call *call)
{
    return call_fail(call, 403, "M_FORBIDDEN", "This server makes no previews of that site.");
}

static enum rc read_url(struct call *call, str text, str *ret_url)
{
    int64_t ts;
    TRY(call_query_i64(call, "ts", 0, 0, INT64_MAX, &ts)); /* a page is always asked for as it is now */
    if (!text.len)
        return call_fail(call, 400, "M_MISSING_PARAM", "url is needed: the address of the page.");
    if (!previews_on(call->server->previews))
        return refuse_host(call);
    enum rc rc =
        text.len > URL_MAX ? RC_INVALID : previews_read_url(call->server->previews, call->arena, text, ret_url);
    if (rc == RC_INVALID)
        return call_fail(call, 400, "M_INVALID_PARAM", "url must be an http or https address without credentials.");
    return rc == RC_FORBIDDEN || rc == RC_UNSUPPORTED ? refuse_host(call) : rc;
}

static enum rc on_page(struct call *call, const struct preview_found *found)
{
    struct preview *preview = call->slow_result;
    preview->found = found;
    return RC_OK;
}

static enum rc prepare_preview(struct call *call)
{
    struct preview *preview = arena_new(call->arena, struct preview);
    str text = call_query(call, "url");
    TRY(read_url(call, text, &preview->url));
    TRY(url_preview_check(call, text));
    call->slow_result = preview;
    str answer =
        preview_cache_get(call->server->preview_answers, preview->url, env_steady_ms(call->server->env), call->arena);
    if (!answer.len)
        return url_preview_fetch(call, preview->url, on_page);
    strbuf_add(&call->out, answer);
    return call_is_answered(call);
}

/* ---- the picture ---- */

static bool is_picture(str type)
{
    return str_eq(type, S("image/jpeg")) || str_eq(type, S("image/png")) || str_eq(type, S("image/webp"))
           || str_eq(type, S("image/gif"));
}

static enum rc seal_picture(struct call *call)
{
    struct preview *preview = call->slow_result;
    str bytes = preview->found ? preview->found->image : STR_NONE, type = media_sniff(bytes);
    if (!bytes.len || !is_picture(type))
        return RC_OK;
    struct media *media = arena_new(call->arena, struct media);
    media->type = type;
    media->name = S("");
    media->passing = true;
    enum rc rc = media_store_bytes(call, media, bytes);
    if (rc == RC_OK)
        preview->picture = media;
    return rc == RC_INVALID ? RC_OK : rc; /* a damaged one is none */
}

/* It is nobody's: the server's own account stands for it. */
static enum rc add_picture(struct call *call, struct media *picture, str *ret_id)
{
    const struct user *account;
    str file;
    TRY(notices_account(call->tx, call->server->config, &account));
    picture->owner_nid = account->nid;
    return media_add(call->tx, picture, ret_id, &file);
}

/* ---- the answer ---- */

static void add_text(struct call *call, const char *name, str text)
{
    if (!text.len)
        return;
    strbuf_printf(&call->out, "%s\"%s\":", call->out.len > 1 ? "," : "", name);
    strbuf_add_json(&call->out, text);
}

static void add_answer(struct call *call, const struct preview *preview, str picture_id)
{
    const struct preview_page *page = &preview->found->page;
    strbuf_add_char(&call->out, '{');
    add_text(call, "og:title", page->title);
    add_text(call, "og:description", page->description);
    add_text(call, "og:site_name", page->site_name);
    add_text(call, "og:type", page->type);
    if (picture_id.len) {
        add_text(call, "og:image",
                 arena_printf(call->arena, "mxc://%.*s/%.*s", STR_ARG(store_server_name(call->server->store)),
                              STR_ARG(picture_id)));
        add_text(call, "og:image:type", preview->picture->type);
        strbuf_printf(&call->out, ",\"matrix:image:size\":%lld", (long long)preview->picture->size);
    }
    strbuf_add_char(&call->out, '}');
}

/* Once its picture is there for good: on the writer, before the answer leaves. */
static void keep_answer(struct store *store, void *arg)
{
    const struct preview *preview = arg;
    struct server *server = preview->call->server;
    str answer = strbuf_str(&preview->call->out);
    (void)store;
    preview_cache_put(server->preview_answers, preview->url, answer,
                      env_steady_ms(server->env) + (answer.len > 2 ? KEEP_MS : KEEP_NOTHING_MS));
}

static enum rc get_preview(struct call *call)
{
    struct preview *preview = call->slow_result;
    str picture_id = STR_NONE;
    if (preview->picture) {
        enum rc rc = add_picture(call, preview->picture, &picture_id);
        if (rc != RC_OK)
            media_file_remove(call->server->media, preview->picture->file);
        /* The account's name is somebody's or cannot be one: the rest of the answer is as good without. */
        if (rc != RC_OK && rc != RC_EXISTS && rc != RC_INVALID)
            return rc;
    }
    add_answer(call, preview, picture_id);
    preview->call = call;
    tx_after_commit(call->tx, keep_answer, NULL, preview);
    return RC_OK;
}

#define PREVIEW(operation, address)                                                                                    \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = address, .auth = AUTH_USER, .exec = EXEC_WRITE,                 \
        .rate = RATE_MEDIA, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING,                                           \
        .also = PURPOSE_BIT(PURPOSE_SERVICE), /* the server's own account, whose the pictures are */                   \
            .prepare = prepare_preview, .slow = seal_picture, .run = get_preview                                       \
    }

static const struct endpoint endpoints[] = {
    PREVIEW("getUrlPreviewAuthed", "/_matrix/client/v1/media/preview_url"),
    PREVIEW("getUrlPreview", "/_matrix/media/v3/preview_url"),
};

extern const struct endpoint_module url_preview_module;
const struct endpoint_module url_preview_module = ENDPOINT_MODULE(endpoints);
