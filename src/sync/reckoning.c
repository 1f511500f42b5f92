/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/reckoning.h"

#include <stdlib.h>

static void drop_counts(struct reckoning *reckoning)
{
    void *value;
    for (size_t cursor = 0; (value = map_next(&reckoning->unread, &cursor, NULL, NULL));)
        free(value);
    map_clear(&reckoning->unread);
}

void reckoning_fini(struct reckoning *reckoning)
{
    drop_counts(reckoning);
    map_fini(&reckoning->unread);
    push_rules_free(&reckoning->rules);
}

void reckoning_forget(struct reckoning *reckoning)
{
    drop_counts(reckoning);
    push_rules_free(&reckoning->rules);
    reckoning->rules_known = false;
}

struct reckoned *reckoning_of_room(struct reckoning *reckoning, uint64_t room_nid)
{
    struct reckoned *reckoned = map_get(&reckoning->unread, room_nid);
    if (!reckoned) {
        reckoned = xcalloc(1, sizeof *reckoned);
        map_put(&reckoning->unread, room_nid, reckoned);
    }
    return reckoned;
}

void reckoning_set_rules(struct reckoning *reckoning, struct push_rules *rules)
{
    push_rules_free(&reckoning->rules);
    reckoning->rules = rules;
    reckoning->rules_known = true;
}
