/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Room tagging": kept as the room's account data m.tag. */
#include "api/call.h"
#include "store/account_data.h"

enum { MAX_TAGS = 100, MAX_TAG = 255 };

struct tags {
    uint64_t room_nid;
    yyjson_val *tags; /* the object, NULL: none */
};

static enum rc tags_load(struct call *call, struct tags *ret_tags)
{
    TRY(call_self(call, call->params[0]));
    const struct room *room;
    enum rc rc = rooms_find(call->tx, call->params[1], &room);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !user_rooms_find(call->who.user->rooms, room->nid)))
        return call_fail(call, 404, "M_NOT_FOUND", "You have nothing to do with this room.");
    TRY(rc);
    *ret_tags = (struct tags){.room_nid = room->nid};
    str content;
    yyjson_val *root;
    rc = account_data_get(call->tx, call->who.user_nid, room->nid, S("m.tag"), &content);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (json_parse_object(call->arena, content, false, &root, NULL) == RC_OK)
        TRY(json_get_object(root, "tags", &ret_tags->tags, NULL));
    return RC_OK;
}

static enum rc get_tags(struct call *call)
{
    struct tags tags;
    TRY(tags_load(call, &tags));
    strbuf_add(&call->out, S("{\"tags\":"));
    if (tags.tags)
        json_add_text(&call->out, tags.tags);
    else
        strbuf_add(&call->out, S("{}"));
    strbuf_add_char(&call->out, '}');
    return RC_OK;
}

/* value NULL: the tag goes. */
static enum rc tags_save(struct call *call, const struct tags *tags, str tag, yyjson_val *value)
{
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *content = yyjson_mut_obj(doc);
    yyjson_mut_val *next = tags->tags ? yyjson_val_mut_copy(doc, tags->tags) : yyjson_mut_obj(doc);
    yyjson_mut_obj_put(next, json_mut_str(doc, tag), value ? yyjson_val_mut_copy(doc, value) : NULL);
    if (yyjson_mut_obj_size(next) > MAX_TAGS)
        return call_fail(call, 400, "M_INVALID_PARAM", "The room has as many tags as a room may have.");
    json_set(doc, content, "tags", next);
    return account_data_set(call->tx, call->who.user_nid, tags->room_nid, S("m.tag"),
                            json_mut_text(call->arena, content));
}

static enum rc put_tag(struct call *call)
{
    struct tags tags;
    str tag = call->params[2];
    yyjson_val *order = yyjson_obj_get(call->body, "order");
    if (order && (!yyjson_is_num(order) || yyjson_get_num(order) < 0 || yyjson_get_num(order) > 1))
        return call_fail(call, 400, "M_BAD_JSON", "order must be a number from 0 to 1.");
    if (!tag.len || tag.len > MAX_TAG)
        return call_fail(call, 400, "M_INVALID_PARAM", "A tag's name has at most 255 bytes.");
    TRY(tags_load(call, &tags));
    return tags_save(call, &tags, tag, call->body);
}

static enum rc delete_tag(struct call *call)
{
    struct tags tags;
    str tag = call->params[2];
    TRY(tags_load(call, &tags));
    if (!yyjson_obj_getn(tags.tags, tag.ptr, tag.len))
        return RC_OK;
    return tags_save(call, &tags, tag, NULL);
}

#define TAGS_PATH "/_matrix/client/v3/user/{userId}/rooms/{roomId}/tags"

static const struct endpoint endpoints[] = {
    {.name = "getRoomTags",
     .method = HTTP_GET,
     .path = TAGS_PATH,
     .auth = AUTH_USER,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = get_tags},
    {.name = "setRoomTag",
     .method = HTTP_PUT,
     .path = TAGS_PATH "/{tag}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_JSON,
     .purpose = PURPOSE_SERVICE,
     .run = put_tag},
    {.name = "deleteRoomTag",
     .method = HTTP_DELETE,
     .path = TAGS_PATH "/{tag}",
     .auth = AUTH_USER,
     .exec = EXEC_WRITE,
     .rate = RATE_WRITE,
     .body = BODY_NONE,
     .purpose = PURPOSE_SERVICE,
     .run = delete_tag},
};

extern const struct endpoint_module tags_module;
const struct endpoint_module tags_module = ENDPOINT_MODULE(endpoints);
