/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `failures` of what may ask about people of other servers: none of them can be reached from here. */
#ifndef API_OTHER_SERVERS_H
#define API_OTHER_SERVERS_H

#include "api/call.h"
#include "base/map.h"

struct other_servers {
    struct map names; /* in the order of hashes; views */
};
/* Whether the user id is of this server; if not, its server is noted. */
bool other_servers_pass(struct other_servers *others, struct call *call, str user_id);
/* Appends {"<server>":{…}, …} and forgets them. */
void other_servers_add(struct other_servers *others, struct strbuf *out);

#endif
