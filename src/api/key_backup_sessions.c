/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Server-side key backups": the keys of a version; all of them, those of a room, or one. */
#include "api/key_backup.h"
#include "api/pages.h"

#define PATH "/_matrix/client/v3/room_keys/keys"

enum { BODY_MAX = 4 << 20, SESSIONS_AT_ONCE = 2000, ID_MAX = 255, DATA_DEPTH = 8 };

/* ---- which ---- */

static str room_of(const struct call *call)
{
    return call->params[0];
}

static str session_of(const struct call *call)
{
    return call->params[1];
}

static enum rc named_version(struct call *call, str *ret_name)
{
    *ret_name = call_query(call, "version");
    return ret_name->len ? RC_OK : call_fail(call, 400, "M_MISSING_PARAM", "The version of the backup is missing.");
}

static enum rc find_version(struct call *call, struct room_keys_version *ret_version)
{
    str name;
    TRY(named_version(call, &name));
    return key_backup_find(call, name, ret_version);
}

/* Keys are added to the current one only; who means another learns which it is. */
static enum rc current_version(struct call *call, struct room_keys_version *ret_version)
{
    str name;
    int64_t number;
    TRY(named_version(call, &name));
    enum rc rc = room_keys_version_current(call->tx, call->who.user_nid, ret_version);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no backup.");
    TRY(rc);
    if (str_to_i64(name, &number) == RC_OK && number == ret_version->version)
        return RC_OK;
    return call_fail_with(call, 403, "M_WRONG_ROOM_KEYS_VERSION", "This is not the current backup.",
                          arena_printf(call->arena, "\"current_version\":\"%lld\"", (long long)ret_version->version));
}

/* ---- storing ---- */

struct storing {
    struct call *call;
    struct room_keys_version version;
    size_t count;
};

static enum rc read_session(struct call *call, yyjson_val *object, struct room_key *key)
{
    struct error *err = call_err(call);
    yyjson_val *data;
    if (!yyjson_is_obj(object) || !yyjson_obj_get(object, "first_message_index")
        || !yyjson_obj_get(object, "forwarded_count") || !yyjson_obj_get(object, "is_verified"))
        return call_fail(call, 400, "M_BAD_JSON",
                         "A key has first_message_index, forwarded_count, is_verified and session_data.");
    TRY(json_get_i64(object, "first_message_index", -1, &key->first_index, err));
    TRY(json_get_i64(object, "forwarded_count", -1, &key->forwarded, err));
    TRY(json_get_bool(object, "is_verified", false, &key->verified, err));
    TRY(json_need_object(object, "session_data", &data, err));
    if (key->first_index < 0 || key->forwarded < 0)
        return call_fail(call, 400, "M_INVALID_PARAM", "first_message_index and forwarded_count are not negative.");
    str text = json_text(call->arena, data);
    if (text.len > ROOM_KEYS_SESSION_MAX || !json_depth_fits(data, DATA_DEPTH))
        return call_fail(call, 413, "M_TOO_LARGE", "The data of a key is too large.");
    key->text = arena_printf(call->arena,
                             "{\"first_message_index\":%lld,\"forwarded_count\":%lld,\"is_verified\":%s,"
                             "\"session_data\":%.*s}",
                             (long long)key->first_index, (long long)key->forwarded, key->verified ? "true" : "false",
                             STR_ARG(text));
    return RC_OK;
}

static bool is_an_id(str id)
{
    return id.len && id.len <= ID_MAX && !memchr(id.ptr, 0, id.len);
}

static enum rc store_session(struct storing *storing, str room_id, str session_id, yyjson_val *object)
{
    struct call *call = storing->call;
    struct room_key key = {.room_id = room_id, .session_id = session_id};
    if (!is_an_id(room_id) || !is_an_id(session_id))
        return call_fail(call, 400, "M_INVALID_PARAM", "This is not the id of a room or of a session.");
    if (++storing->count > SESSIONS_AT_ONCE)
        return call_fail(call, 413, "M_TOO_LARGE", "These are too many keys for one request. Send them in several.");
    TRY(read_session(call, object, &key));
    enum rc rc = room_keys_put(call->tx, &storing->version, &key);
    return rc == RC_LIMITED ? call_fail(call, 413, "M_TOO_LARGE", "The backup has as many keys as it may have.") : rc;
}

static enum rc store_room(struct storing *storing, str room_id, yyjson_val *object)
{
    yyjson_val *sessions, *session_id, *value;
    size_t i, count;
    if (!yyjson_is_obj(object))
        return call_fail(storing->call, 400, "M_BAD_JSON", "Keys are given by room, then by session.");
    TRY(json_need_object(object, "sessions", &sessions, call_err(storing->call)));
    yyjson_obj_foreach(sessions, i, count, session_id, value)
    {
        TRY(store_session(storing, room_id, json_str_of(session_id), value));
    }
    return RC_OK;
}

static enum rc store_rooms(struct storing *storing, yyjson_val *object)
{
    yyjson_val *rooms, *room_id, *value;
    size_t i, count;
    TRY(json_need_object(object, "rooms", &rooms, call_err(storing->call)));
    yyjson_obj_foreach(rooms, i, count, room_id, value)
    {
        TRY(store_room(storing, json_str_of(room_id), value));
    }
    return RC_OK;
}

static enum rc save_and_reply(struct call *call, const struct room_keys_version *version)
{
    TRY(room_keys_version_save(call->tx, version));
    strbuf_printf(&call->out, "{\"etag\":\"%lld\",\"count\":%lld}", (long long)version->etag,
                  (long long)version->count);
    return RC_OK;
}

static enum rc put_all(struct call *call)
{
    struct storing storing = {.call = call};
    TRY(current_version(call, &storing.version));
    TRY(store_rooms(&storing, call->body));
    return save_and_reply(call, &storing.version);
}

static enum rc put_room(struct call *call)
{
    struct storing storing = {.call = call};
    TRY(current_version(call, &storing.version));
    TRY(store_room(&storing, room_of(call), call->body));
    return save_and_reply(call, &storing.version);
}

static enum rc put_one(struct call *call)
{
    struct storing storing = {.call = call};
    TRY(current_version(call, &storing.version));
    TRY(store_session(&storing, room_of(call), session_of(call), call->body));
    return save_and_reply(call, &storing.version);
}

/* ---- removing ---- */

static enum rc remove_keys(struct call *call, str room_id, str session_id)
{
    struct room_keys_version version;
    TRY(find_version(call, &version));
    TRY(room_keys_remove(call->tx, &version, room_id, session_id));
    return save_and_reply(call, &version);
}

static enum rc delete_all(struct call *call)
{
    return remove_keys(call, STR_NONE, STR_NONE);
}

static enum rc delete_room(struct call *call)
{
    return remove_keys(call, room_of(call), STR_NONE);
}

static enum rc delete_one(struct call *call)
{
    return remove_keys(call, room_of(call), session_of(call));
}

/* ---- giving back ---- */

/* How far an answer has come. */
struct giving {
    struct room_keys_choice choice;
    struct strbuf from; /* of the next page */
    struct strbuf room; /* whose sessions are being written; empty: nobody's */
};

static void giving_fini(void *arg)
{
    struct giving *giving = arg;
    strbuf_fini(&giving->from);
    strbuf_fini(&giving->room);
}

static void keep(struct strbuf *buf, str value)
{
    strbuf_clear(buf);
    strbuf_add(buf, value);
}

/* The sessions of a room stand side by side, also over the end of a page. */
static void add_session(struct giving *giving, struct strbuf *out, const struct room_key *key)
{
    str room = strbuf_str(&giving->room);
    if (str_eq(room, key->room_id)) {
        strbuf_add_char(out, ',');
    } else {
        if (!giving->choice.room_id.ptr) {
            strbuf_add(out, room.len ? S("}},") : S(""));
            strbuf_add_json(out, key->room_id);
            strbuf_add(out, S(":{\"sessions\":{"));
        }
        keep(&giving->room, key->room_id);
    }
    strbuf_add_json(out, key->session_id);
    strbuf_add_char(out, ':');
    strbuf_add(out, key->text);
}

static enum rc add_page(struct call *call, void *ctx, bool *ret_more)
{
    struct giving *giving = ctx;
    const struct room_keys_choice *choice = &giving->choice;
    bool of_room = choice->room_id.ptr, first = !giving->from.len;
    struct room_keys_version version;
    struct room_keys_page page;
    TRY(room_keys_read(call->tx, choice, strbuf_str(&giving->from), &page));
    /* Asked afterwards: had it been deleted before, its sessions might not all have been there. */
    TRY(room_keys_version_get(call->tx, choice->user_nid, choice->version, &version));
    if (first)
        strbuf_add(&call->out, of_room ? S("{\"sessions\":{") : S("{\"rooms\":{"));
    for (size_t i = 0; i < page.count; i++)
        add_session(giving, &call->out, &page.keys[i]);
    keep(&giving->from, page.next);
    *ret_more = page.next.len;
    if (!*ret_more)
        strbuf_add(&call->out, giving->room.len && !of_room ? S("}}}}") : S("}}"));
    return RC_OK;
}

static enum rc give(struct call *call, str room_id)
{
    struct giving *giving = arena_new(call->arena, struct giving);
    struct room_keys_version version;
    TRY(find_version(call, &version));
    giving->choice =
        (struct room_keys_choice){.user_nid = call->who.user_nid, .version = version.version, .room_id = room_id};
    arena_on_reset(call->arena, giving_fini, giving);
    return call_reply_pages(call, add_page, giving);
}

static enum rc get_all(struct call *call)
{
    return give(call, STR_NONE);
}

static enum rc get_room(struct call *call)
{
    return give(call, room_of(call));
}

static enum rc get_one(struct call *call)
{
    struct room_keys_version version;
    struct room_key key;
    TRY(find_version(call, &version));
    enum rc rc = room_keys_get(call->tx, &version, room_of(call), session_of(call), &key);
    if (rc == RC_NOT_FOUND)
        return call_fail(call, 404, "M_NOT_FOUND", "There is no such key in the backup.");
    TRY(rc);
    strbuf_add(&call->out, key.text);
    return RC_OK;
}

#define KEYS(operation, verb, address, mode, cost, contents, limit, handler)                                           \
    {                                                                                                                  \
        .name = operation, .method = verb, .path = address, .auth = AUTH_USER, .exec = mode, .rate = cost,             \
        .body = contents, .body_limit = limit, .purpose = PURPOSE_MESSAGING, .run = handler                            \
    }
#define KEYS_GET(operation, address, handler)                                                                          \
    KEYS(operation, HTTP_GET, address, EXEC_READ, RATE_READ, BODY_NONE, 0, handler)
#define KEYS_PUT(operation, address, handler)                                                                          \
    KEYS(operation, HTTP_PUT, address, EXEC_WRITE, RATE_WRITE, BODY_JSON, BODY_MAX, handler)
#define KEYS_DELETE(operation, address, handler)                                                                       \
    KEYS(operation, HTTP_DELETE, address, EXEC_WRITE, RATE_WRITE, BODY_NONE, 0, handler)

static const struct endpoint endpoints[] = {
    KEYS_PUT("putRoomKeys", PATH, put_all),
    KEYS_PUT("putRoomKeysByRoomId", PATH "/{roomId}", put_room),
    KEYS_PUT("putRoomKeyBySessionId", PATH "/{roomId}/{sessionId}", put_one),
    KEYS_GET("getRoomKeys", PATH, get_all),
    KEYS_GET("getRoomKeysByRoomId", PATH "/{roomId}", get_room),
    KEYS_GET("getRoomKeyBySessionId", PATH "/{roomId}/{sessionId}", get_one),
    KEYS_DELETE("deleteRoomKeys", PATH, delete_all),
    KEYS_DELETE("deleteRoomKeysByRoomId", PATH "/{roomId}", delete_room),
    KEYS_DELETE("deleteRoomKeyBySessionId", PATH "/{roomId}/{sessionId}", delete_one),
};

extern const struct endpoint_module key_backup_sessions_module;
const struct endpoint_module key_backup_sessions_module = ENDPOINT_MODULE(endpoints);
