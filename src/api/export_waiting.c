/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The export's part about backups of keys and messages that wait for devices. Apps have encrypted most of it before it
 * came here, and it is given as it came. Both may be large: pages of a bounded piece of work.
 */
#include "api/endpoint.h"
#include "api/export_private.h"
#include "store/devices.h"
#include "store/room_keys.h"
#include "store/to_device.h"

enum rc export_key_backups(struct call *call)
{
    struct room_keys_version *versions;
    size_t count;
    TRY(room_keys_versions(call->tx, call->who.user_nid, &versions, &count));
    strbuf_add_char(&call->out, '[');
    for (size_t i = 0; i < count; i++) {
        export_open_row(call);
        export_str(call, "version", arena_printf(call->arena, "%lld", (long long)versions[i].version));
        export_str(call, "algorithm", versions[i].algorithm);
        export_json(call, "auth_data", versions[i].auth_data);
        export_i64(call, "count", versions[i].count);
        strbuf_add_char(&call->out, '}');
    }
    strbuf_add_char(&call->out, ']');
    return RC_OK;
}

static enum rc put_sessions_from(struct call *call, str from)
{
    const struct room_keys_choice all = {.user_nid = call->who.user_nid};
    struct room_keys_page page;
    enum rc rc = room_keys_read(call->tx, &all, from, &page);
    if (rc == RC_INVALID)
        return call_fail(call, 400, "M_INVALID_PARAM", "This is no place of the export.");
    TRY(rc);
    strbuf_add(&call->out, S("{\"sessions\":["));
    for (size_t i = 0; i < page.count; i++) {
        export_open_row(call);
        export_str(call, "version", arena_printf(call->arena, "%lld", (long long)page.keys[i].version));
        export_str(call, "room_id", page.keys[i].room_id);
        export_str(call, "session_id", page.keys[i].session_id);
        export_json(call, "key", page.keys[i].text);
        strbuf_add_char(&call->out, '}');
    }
    export_next(call, "key_backup", page.next);
    return RC_OK;
}

enum rc export_key_backup_sessions(struct call *call)
{
    return put_sessions_from(call, STR_NONE);
}

static enum rc get_key_backup(struct call *call)
{
    return put_sessions_from(call, call_query(call, "from"));
}

static enum rc put_messages_from(struct call *call, int64_t from)
{
    struct to_device_message *messages;
    size_t count;
    str next = STR_NONE;
    bool more;
    TRY(to_device_of_user(call->tx, call->who.user_nid, from, &messages, &count, &more));
    strbuf_add(&call->out, S("{\"messages\":["));
    for (size_t i = 0; i < count; i++) {
        struct device device;
        enum rc rc = devices_get(call->tx, messages[i].device_nid, &device);
        export_open_row(call);
        if (rc == RC_OK)
            export_str(call, "device_id", device.device_id);
        else if (rc != RC_NOT_FOUND)
            return rc;
        export_i64(call, "ts", messages[i].sent_ms);
        export_json(call, "message", messages[i].text);
        strbuf_add_char(&call->out, '}');
    }
    if (more)
        next = arena_printf(call->arena, "%lld", (long long)messages[count - 1].pos);
    export_next(call, "to_device", next);
    return RC_OK;
}

enum rc export_to_device(struct call *call)
{
    return put_messages_from(call, 0);
}

static enum rc get_to_device(struct call *call)
{
    int64_t from;
    TRY(call_query_i64(call, "from", 0, 0, JSON_MAX_INTEGER, &from));
    return put_messages_from(call, from);
}

static const struct endpoint endpoints[] = {
    {.name = "parleyExportKeyBackup",
     .method = HTTP_GET,
     .path = "/_parley/v1/export/key_backup",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_key_backup},
    {.name = "parleyExportToDevice",
     .method = HTTP_GET,
     .path = "/_parley/v1/export/to_device",
     .auth = AUTH_GUEST_TOO,
     .exec = EXEC_READ,
     .rate = RATE_READ,
     .body = BODY_NONE,
     .purpose = PURPOSE_RIGHTS,
     .run = get_to_device},
};

extern const struct endpoint_module export_waiting_module;
const struct endpoint_module export_waiting_module = ENDPOINT_MODULE(endpoints);
