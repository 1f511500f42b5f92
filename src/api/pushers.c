/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Push notifications": GET /pushers, POST /pushers/set. Beside push gateways there are the push services of
 * browsers (MSC4174), without its step of activation: who names somebody else's endpoint gains nothing by it, since a
 * push service takes nothing that is not signed with the key it was subscribed with.
 */
#include "store/pushers.h"

#include "api/call.h"
#include "api/server.h"
#include "waker/web.h"

/* ---- where notices may go ---- */

#define GATEWAY_PATH S("/_matrix/push/v1/notify")

/* Host, and port if there is one; empty: it is no address to send anything to. */
static str url_authority(str url)
{
    str rest = str_skip(url, str_starts(url, S("https://")) ? 8 : 7);
    size_t end = 0;
    for (size_t i = 0; i < url.len; i++)
        if (url.ptr[i] <= ' ' || url.ptr[i] >= 0x7f || strchr("\"<>\\^`{|}#", url.ptr[i]))
            return STR_NONE;
    while (end < rest.len && !strchr("/?", rest.ptr[end]))
        end++;
    str authority = str_head(rest, end);
    return str_contains(authority, S("@")) ? STR_NONE : authority;
}

static bool url_is_fit(const struct config *config, str url)
{
    bool plain = str_starts(url, S("http://"));
    if (!plain && !str_starts(url, S("https://")))
        return false;
    return url_authority(url).len && (!plain || config_origin_of(&config->push.gateways, url).len);
}

static enum rc check_gateway(struct call *call, yyjson_val *data)
{
    str url, format;
    TRY(json_get_str(data, "url", &url, call_err(call)));
    TRY(json_get_str(data, "format", &format, call_err(call)));
    if (!url.ptr)
        return call_fail(call, 400, "M_MISSING_PARAM", "data.url is missing.");
    if (!url_is_fit(call->server->config, url)
        || !str_eq(str_skip(url, (size_t)(url_authority(url).ptr - url.ptr) + url_authority(url).len), GATEWAY_PATH))
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "data.url must be an https address that ends with /_matrix/push/v1/notify.");
    if (format.ptr && !str_eq(format, S("event_id_only")))
        return call_fail(call, 400, "M_INVALID_PARAM", "data.format must be event_id_only, or be left out.");
    return RC_OK;
}

static enum rc check_push_service(struct call *call, const struct pusher *pusher, yyjson_val *data)
{
    struct web_target target;
    struct error *err = call_err(call); /* the words outlive this function */
    if (web_target_read(call->arena, data, pusher->pushkey, &target, err) != RC_OK)
        return call_fail(call, 400, "M_INVALID_PARAM", err->text);
    if (!url_is_fit(call->server->config, target.endpoint) || target.endpoint.len > PUSHER_DATA_MAX / 2)
        return call_fail(call, 400, "M_INVALID_PARAM", "data.endpoint must be an https address.");
    return RC_OK;
}

/* ---- what an app says ---- */

static enum rc read_text(struct call *call, const char *key, size_t max, bool needed, str *ret)
{
    TRY(json_get_str(call->body, key, ret, call_err(call)));
    if (needed && !ret->ptr)
        return call_fail(call, 400, "M_MISSING_PARAM",
                         arena_cstr(call->arena, arena_printf(call->arena, "%s is missing.", key)));
    if (ret->len > max)
        return call_fail(call, 400, "M_INVALID_PARAM",
                         arena_cstr(call->arena, arena_printf(call->arena, "%s is too long.", key)));
    return RC_OK;
}

static enum rc read_names(struct call *call, struct pusher *pusher)
{
    TRY(read_text(call, "app_id", PUSHER_APP_ID_MAX, true, &pusher->app_id));
    TRY(read_text(call, "pushkey", PUSHER_PUSHKEY_MAX, true, &pusher->pushkey));
    if (!pusher->app_id.len || !pusher->pushkey.len || str_contains(pusher->app_id, S("\n")))
        return call_fail(call, 400, "M_INVALID_PARAM", "app_id and pushkey must name an app and a device.");
    return RC_OK;
}

static enum rc read_rest(struct call *call, struct pusher *pusher)
{
    yyjson_val *data;
    TRY(read_text(call, "app_display_name", PUSHER_TEXT_MAX, true, &pusher->app_name));
    TRY(read_text(call, "device_display_name", PUSHER_TEXT_MAX, true, &pusher->device_name));
    TRY(read_text(call, "profile_tag", PUSHER_TEXT_MAX, false, &pusher->profile_tag));
    TRY(read_text(call, "lang", PUSHER_TEXT_MAX, true, &pusher->lang));
    TRY(json_get_object(call->body, "data", &data, call_err(call)));
    if (!data)
        return call_fail(call, 400, "M_MISSING_PARAM", "data is missing.");
    pusher->data = json_text(call->arena, data);
    if (pusher->data.len > PUSHER_DATA_MAX || !json_depth_fits(data, JSON_MAX_DEPTH / 2))
        return call_fail(call, 400, "M_INVALID_PARAM", "data is too large.");
    return pusher->kind == PUSHER_WEB ? check_push_service(call, pusher, data) : check_gateway(call, data);
}

static const str kinds[] = {[PUSHER_HTTP] = STR_INIT("http"), [PUSHER_WEB] = STR_INIT("org.matrix.msc4174.webpush")};

static enum rc read_kind(struct call *call, struct pusher *pusher)
{
    str kind;
    TRY(json_get_str(call->body, "kind", &kind, call_err(call)));
    if (str_eq(kind, S("email")))
        return call_fail(call, 400, "M_INVALID_PARAM", "This server sends no e-mails about messages.");
    for (size_t i = PUSHER_HTTP; i <= PUSHER_WEB; i++)
        if (str_eq(kind, kinds[i]))
            pusher->kind = (enum pusher_kind)i;
    return pusher->kind ? RC_OK : call_fail(call, 400, "M_INVALID_PARAM", "This server knows no such kind of pusher.");
}

static enum rc remove_named(struct call *call, const struct pusher *pusher)
{
    enum rc rc = pushers_remove_named(call->tx, call->who.user_nid, pusher->app_id, pusher->pushkey);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc post_pusher(struct call *call)
{
    struct pusher pusher = {.user_nid = call->who.user_nid, .device_nid = call->who.device_nid};
    yyjson_val *kind = yyjson_obj_get(call->body, "kind");
    bool append;
    if (!kind)
        return call_fail(call, 400, "M_MISSING_PARAM", "kind is missing.");
    TRY(read_names(call, &pusher));
    if (yyjson_is_null(kind))
        return remove_named(call, &pusher);
    if (!call->who.device_id.len)
        return call_fail(call, 403, "M_FORBIDDEN", "A pusher belongs to a device, and this token has none.");
    TRY(json_get_bool(call->body, "append", false, &append, call_err(call)));
    TRY(read_kind(call, &pusher));
    TRY(read_rest(call, &pusher));
    enum rc rc = pushers_set(call->tx, &pusher, append);
    if (rc == RC_LIMITED)
        return call_fail(call, 400, "M_INVALID_PARAM", "There are as many pushers as an account may have.");
    return rc;
}

/* ---- showing ---- */

static enum rc get_pushers(struct call *call)
{
    struct pusher *pushers;
    size_t count;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    TRY(pushers_list(call->tx, call->who.user_nid, &pushers, &count));
    for (size_t i = 0; i < count; i++) {
        yyjson_mut_val *object = yyjson_mut_arr_add_obj(doc, list);
        json_set_str(doc, object, "pushkey", pushers[i].pushkey);
        json_set_str(doc, object, "kind", kinds[pushers[i].kind]);
        json_set_str(doc, object, "app_id", pushers[i].app_id);
        json_set_str(doc, object, "app_display_name", pushers[i].app_name);
        json_set_str(doc, object, "device_display_name", pushers[i].device_name);
        if (pushers[i].profile_tag.ptr)
            json_set_str(doc, object, "profile_tag", pushers[i].profile_tag);
        json_set_str(doc, object, "lang", pushers[i].lang);
        json_set_raw(doc, object, "data", pushers[i].data);
    }
    json_set(doc, answer, "pushers", list);
    call_reply_json(call, answer);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    {.name = "getPushers",
     .method = HTTP_GET,
     .path = "/_matrix/client/v3/pushers",
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_pushers},
    {.name = "postPusher",
     .method = HTTP_POST,
     .path = "/_matrix/client/v3/pushers/set",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_SERVICE,
     .run = post_pusher},
};

extern const struct endpoint_module pushers_module;
const struct endpoint_module pushers_module = ENDPOINT_MODULE(endpoints);
