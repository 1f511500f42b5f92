/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/web.h"

#include "json/json.h"

enum { TTL_S = 24 * 3600, TOPIC_BYTES = 18 };

enum rc web_target_read(struct arena *arena, yyjson_val *data, str pushkey, struct web_target *ret_target,
                        struct error *err)
{
    str auth;
    TRY(json_get_str(data, "endpoint", &ret_target->endpoint, err));
    if (!ret_target->endpoint.ptr) /* apps of an earlier form of the proposal */
        TRY(json_need_str(data, "url", &ret_target->endpoint, err));
    TRY(json_need_str(data, "auth", &auth, err));
    TRY(json_get_object(data, "default_payload", &ret_target->default_payload, err));
    if (ret_target->default_payload && json_text(arena, ret_target->default_payload).len > WEB_DEFAULT_PAYLOAD_MAX)
        return error_set(err, RC_INVALID, "default_payload is too large");
    if (subscription_read(arena, pushkey, auth, &ret_target->subscription) != RC_OK)
        return error_set(err, RC_INVALID, "pushkey and auth are not those of a subscription");
    return RC_OK;
}

/* The app's own members first; what is said stands over them. */
static str payload(struct arena *arena, const struct pusher *pusher, const struct web_target *target,
                   const struct said *said)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *object =
        target->default_payload ? yyjson_val_mut_copy(doc, target->default_payload) : yyjson_mut_obj(doc);
    yyjson_mut_val *counts = yyjson_mut_obj(doc);
    static const char *const own[] = {"app_id", "event_id", "room_id", "prio", "counts"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        yyjson_mut_obj_remove_key(object, own[i]);
    json_set_str(doc, object, "app_id", pusher->app_id);
    json_set_str(doc, object, "event_id", said->event_id);
    json_set_str(doc, object, "room_id", said->room_id);
    json_set_str(doc, object, "prio", said->hurried ? S("high") : S("low"));
    json_set_i64(doc, counts, "unread", said->unread);
    json_set(doc, object, "counts", counts);
    return json_mut_text(arena, object);
}

/* One for each pusher: the service replaces what it has not delivered yet (RFC 8030, 5.4). */
static str topic(struct arena *arena, const struct pusher *pusher, const struct subscription *subscription)
{
    unsigned char key[CRYPTO_KEY_SIZE] = {0}, mac[CRYPTO_SHA256_SIZE];
    memcpy(key, subscription->auth, sizeof subscription->auth);
    crypto_hmac_sha256(key, str_from(&pusher->nid, sizeof pusher->nid), mac);
    return crypto_base64(arena, str_from(mac, TOPIC_BYTES), true);
}

static void set_headers(struct arena *arena, const struct pusher *pusher, const struct web_target *target,
                        const struct said *said, str authorization, struct outgoing_request *request)
{
    struct outgoing_header *headers = arena_array(arena, struct outgoing_header, 5);
    headers[0] = (struct outgoing_header){S("TTL"), arena_printf(arena, "%d", TTL_S)};
    headers[1] = (struct outgoing_header){S("Urgency"), said->hurried ? S("high") : S("normal")};
    headers[2] = (struct outgoing_header){S("Topic"), topic(arena, pusher, &target->subscription)};
    headers[3] = (struct outgoing_header){S("Content-Encoding"), S("aes128gcm")};
    headers[4] = (struct outgoing_header){S("Authorization"), authorization};
    request->headers = headers;
    request->header_count = 5;
    request->content_type = S("application/octet-stream");
}

enum rc web_request(struct env *env, struct arena *arena, const struct vapid *vapid, const struct pusher *pusher,
                    const struct said *said, struct outgoing_request *request)
{
    struct web_target target;
    yyjson_val *data;
    str authorization;
    TRY(json_parse_object(arena, pusher->data, false, &data, NULL));
    TRY(web_target_read(arena, data, pusher->pushkey, &target, NULL));
    TRY(vapid_authorization(vapid, arena, target.endpoint, env_now_ms(env), &authorization));
    TRY(sealing_seal(env, arena, &target.subscription, payload(arena, pusher, &target, said), &request->body));
    request->url = target.endpoint;
    set_headers(arena, pusher, &target, said, authorization, request);
    return RC_OK;
}
