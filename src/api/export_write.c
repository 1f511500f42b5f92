/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/export_private.h"
#include "store/rooms.h"

void export_open_row(struct call *call)
{
    char before = call->out.ptr[call->out.len - 1];
    strbuf_add(&call->out, before == '[' ? S("{") : S(",{"));
}

void export_member(struct call *call, const char *key)
{
    char before = call->out.ptr[call->out.len - 1];
    if (before != '{')
        strbuf_add_char(&call->out, ',');
    strbuf_add_json(&call->out, str_of(key));
    strbuf_add_char(&call->out, ':');
}

void export_str(struct call *call, const char *key, str value)
{
    if (!value.len)
        return;
    export_member(call, key);
    strbuf_add_json(&call->out, value);
}

void export_i64(struct call *call, const char *key, int64_t value)
{
    export_member(call, key);
    strbuf_add_i64(&call->out, value);
}

void export_json(struct call *call, const char *key, str json)
{
    export_member(call, key);
    strbuf_add(&call->out, json);
}

enum rc export_room(struct call *call, uint64_t room_nid)
{
    str id;
    if (!room_nid)
        return RC_OK;
    TRY(rooms_id(call->tx, room_nid, &id));
    export_str(call, "room_id", id);
    return RC_OK;
}

void export_next(struct call *call, const char *part, str next)
{
    strbuf_add_char(&call->out, ']');
    if (next.len)
        export_str(call, "next", arena_printf(call->arena, "/_parley/v1/export/%s?from=%.*s", part, STR_ARG(next)));
    strbuf_add_char(&call->out, '}');
}
