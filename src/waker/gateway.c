/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/gateway.h"

#include "json/json.h"

/* What the app gave to be passed on, less the address. */
static enum rc add_data(struct arena *arena, yyjson_mut_doc *doc, yyjson_mut_val *device, str data)
{
    yyjson_val *given;
    TRY(json_parse_object(arena, data, false, &given, NULL));
    yyjson_mut_val *copy = yyjson_val_mut_copy(doc, given);
    yyjson_mut_obj_remove_key(copy, "url");
    json_set(doc, device, "data", copy);
    return RC_OK;
}

/* The name of a sound a person has made up is their own word: it becomes the ordinary one. */
static void add_tweaks(yyjson_mut_doc *doc, yyjson_mut_val *device, const struct said *said)
{
    yyjson_mut_val *tweaks = yyjson_mut_obj(doc);
    if (said->sound)
        json_set_str(doc, tweaks, "sound", said->ring ? S("ring") : S("default"));
    if (said->highlight)
        json_set_bool(doc, tweaks, "highlight", true);
    json_set(doc, device, "tweaks", tweaks);
}

/* Gateways take a number off an icon only when they are told that it is 0. */
static void add_counts(yyjson_mut_doc *doc, yyjson_mut_val *notice, const struct said *said)
{
    yyjson_mut_val *counts = yyjson_mut_obj(doc);
    json_set_i64(doc, counts, "unread", said->unread);
    json_set(doc, notice, "counts", counts);
}

enum rc gateway_body(struct arena *arena, const struct pusher *pusher, const struct said *said, str *ret_body)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *body = yyjson_mut_obj(doc), *notice = yyjson_mut_obj(doc), *devices = yyjson_mut_arr(doc);
    yyjson_mut_val *device = yyjson_mut_arr_add_obj(doc, devices);
    if (said->event_id.len) {
        json_set_str(doc, notice, "event_id", said->event_id);
        json_set_str(doc, notice, "room_id", said->room_id);
    }
    json_set_str(doc, notice, "prio", said->hurried ? S("high") : S("low"));
    add_counts(doc, notice, said);
    json_set_str(doc, device, "app_id", pusher->app_id);
    json_set_str(doc, device, "pushkey", pusher->pushkey);
    json_set_i64(doc, device, "pushkey_ts", pusher->set_ms / 1000);
    TRY(add_data(arena, doc, device, pusher->data));
    add_tweaks(doc, device, said);
    json_set(doc, notice, "devices", devices);
    json_set(doc, body, "notification", notice);
    *ret_body = json_mut_text(arena, body);
    return RC_OK;
}

bool gateway_rejects(str answer, str pushkey)
{
    struct arena arena = ARENA_INIT;
    yyjson_val *root, *key;
    size_t i, count;
    bool rejects = false;
    if (json_parse_object(&arena, answer, true, &root, NULL) == RC_OK) {
        yyjson_arr_foreach(yyjson_obj_get(root, "rejected"), i, count, key)
        {
            rejects |= yyjson_is_str(key) && str_eq(json_str_of(key), pushkey);
        }
    }
    arena_fini(&arena);
    return rejects;
}
