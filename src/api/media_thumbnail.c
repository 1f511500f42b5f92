/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Content repository": thumbnails. Kept once made; made on threads of their own, where a picture that takes long
 * keeps nobody from signing in. */
#include "api/media.h"
#include "api/pool.h"
#include "api/server.h"
#include "base/container.h"
#include "media/pictures.h"
#include "media/sniff.h"

enum { MAX_ASKED = 32767 };

struct work {
    struct call *call;
    struct media media;
    struct thumbnail_wish wish;
    str variant;
    struct pool_task on_pool;
    struct loop_task on_loop;
    bool gone;
    enum rc rc;
};

/* Which kind it is, its first bytes say. */
static enum rc look_at_kind(struct call *call, const struct media *media, str variant, str *ret_type, str *ret_name)
{
    static const str kinds[][2] = {
        {STR_INIT("image/jpeg"), STR_INIT("thumbnail.jpg")},
        {STR_INIT("image/png"), STR_INIT("thumbnail.png")},
        {STR_INIT("image/webp"), STR_INIT("thumbnail.webp")},
    };
    struct media_reader *reader;
    struct strbuf first = STRBUF_INIT;
    uint64_t size;
    TRY(media_reader_open(call->server->media, media->file, variant, &media->key, &reader, &size));
    enum rc rc = media_reader_next(reader, &first);
    media_reader_close(&reader);
    str type = media_sniff(strbuf_str(&first));
    strbuf_fini(&first);
    TRY(rc);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(kinds[i][0], type)) {
            *ret_type = kinds[i][0];
            *ret_name = kinds[i][1];
            return RC_OK;
        }
    return RC_INTERNAL; /* the workshop's answer is none of what it makes */
}

static enum rc send_thumbnail(struct call *call, const struct media *media, str variant)
{
    str type, name;
    TRY(look_at_kind(call, media, variant, &type, &name));
    return media_reply_file(call, media, variant, type, name);
}

static enum rc cannot(struct call *call, enum rc rc)
{
    if (rc == RC_TOO_LARGE)
        return call_fail(call, 413, "M_TOO_LARGE", "The picture is too large to make a small one of it.");
    if (rc == RC_LIMITED)
        return call_fail_limited(call, "Pictures of this person cannot be made small for a while.",
                                 PICTURES_STRIKES_MS);
    if (rc == RC_INVALID || rc == RC_UNSUPPORTED)
        return call_fail(call, 400, "M_UNKNOWN", "No small picture can be made of this file.");
    return rc;
}

static void made(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct work *work = CONTAINER_OF(task, struct work, on_loop);
    struct call *call = work->call;
    if (work->gone) {
        call_abandon(call);
        return;
    }
    call_resume(call, work->rc == RC_OK ? send_thumbnail(call, &work->media, work->variant) : cannot(call, work->rc));
}

static void make_on_pool(struct pool_task *task)
{
    struct work *work = CONTAINER_OF(task, struct work, on_pool);
    const struct picture picture = {.file = work->media.file, .key = work->media.key, .owner = work->media.owner_nid};
    struct server *server = work->call->server;
    /* Who stops does not wait for a queue of pictures. */
    work->rc = server->draining ? RC_BUSY : pictures_make(server->pictures, &picture, &work->wish, work->variant);
    work->on_loop.run = made;
    loop_post(work->call->http->loop, &work->on_loop);
}

/* The pool still works on it: let go when it is done. */
static void thumbnail_gone(struct call *call, void *ctx)
{
    (void)call;
    ((struct work *)ctx)->gone = true;
}

static enum rc read_wish(struct call *call, struct thumbnail_wish *ret_wish)
{
    int64_t width, height;
    str method = call_query(call, "method");
    if (!call_query(call, "width").len || !call_query(call, "height").len)
        return call_fail(call, 400, "M_MISSING_PARAM", "width and height are needed.");
    TRY(call_query_i64(call, "width", 0, 1, MAX_ASKED, &width));
    TRY(call_query_i64(call, "height", 0, 1, MAX_ASKED, &height));
    if (method.ptr && !str_eq(method, S("crop")) && !str_eq(method, S("scale")))
        return call_fail(call, 400, "M_INVALID_PARAM", "method must be crop or scale.");
    ret_wish->size = *thumbnail_size_for(width, height, str_eq(method, S("crop")));
    return call_query_bool(call, "animated", false, &ret_wish->animated);
}

static enum rc find_thumbnail(struct call *call, const struct media *media)
{
    struct thumbnail_wish wish;
    TRY(read_wish(call, &wish));
    if (!thumbnail_type_ok(media->type))
        return cannot(call, RC_INVALID);
    wish.animated = wish.animated && thumbnail_type_moves(media->type);
    str variant = arena_printf(call->arena, "%dx%d%c%s", wish.size.width, wish.size.height, wish.size.crop ? 'c' : 's',
                               wish.animated ? "a" : "");
    if (media_file_exists(call->server->media, media->file, variant))
        return send_thumbnail(call, media, variant);
    struct work *work = arena_new(call->arena, struct work);
    *work = (struct work){
        .call = call, .media = *media, .wish = wish, .variant = variant, .on_pool = {.run = make_on_pool}};
    enum rc rc = call_park(call, thumbnail_gone, work);
    if (!pool_submit(call->server->picture_pool, &work->on_pool)) {
        work->rc = RC_BUSY;
        work->on_loop.run = made;
        loop_post(call->http->loop, &work->on_loop);
    }
    return rc;
}

static enum rc get_thumbnail(struct call *call)
{
    struct thumbnail_wish wish;
    TRY(read_wish(call, &wish));
    return media_find(call, find_thumbnail);
}

static enum rc get_thumbnail_old(struct call *call)
{
    return media_find_as_of_old(call, find_thumbnail);
}

#define THUMBNAIL_GET(operation, address, who, handler)                                                                \
    {                                                                                                                  \
        .name = operation, .method = HTTP_GET, .path = address "thumbnail/{serverName}/{mediaId}", .auth = who,        \
        .exec = EXEC_PARK, .rate = RATE_READ, .body = BODY_NONE, .purpose = PURPOSE_MESSAGING, .run = handler          \
    }

static const struct endpoint endpoints[] = {
    THUMBNAIL_GET("getContentThumbnailAuthed", "/_matrix/client/v1/media/", AUTH_GUEST_TOO, get_thumbnail),
    THUMBNAIL_GET("getContentThumbnail", "/_matrix/media/v3/", AUTH_OPTIONAL, get_thumbnail_old),
};

extern const struct endpoint_module media_thumbnail_module;
const struct endpoint_module media_thumbnail_module = ENDPOINT_MODULE(endpoints);
