/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/other_servers.h"

#include "api/server.h"
#include "room/auth.h"

bool other_servers_pass(struct other_servers *others, struct call *call, str user_id)
{
    str server = id_server_name(user_id);
    if (!server.len || str_eq(server, store_server_name(call->server->store)))
        return true;
    map_put_str(&others->names, server, others);
    return false;
}

void other_servers_add(struct other_servers *others, struct strbuf *out)
{
    str name;
    bool first = true;
    strbuf_add_char(out, '{');
    for (size_t cursor = 0; map_next(&others->names, &cursor, NULL, &name);) {
        if (!first)
            strbuf_add_char(out, ',');
        first = false;
        strbuf_add_json(out, name);
        strbuf_add(out, S(":{\"status\":503,\"errcode\":\"M_UNREACHABLE\",\"error\":\"This server does not speak with "
                          "others.\"}"));
    }
    strbuf_add_char(out, '}');
    map_fini(&others->names);
}
