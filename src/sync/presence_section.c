/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* "presence": those whose presence changed and who share a room with the user (spec "Presence", security). */
#include "sync/request.h"

enum { PRESENCE_MAX = 1000 }; /* per answer; the rest waits for its next change */

static enum rc add_one(struct sync_request *request, uint64_t nid, size_t *count, struct strbuf *out)
{
    const struct user *user;
    enum rc rc = users_get(request->tx, nid, &user);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    if (nid != request->user->nid && !user_rooms_share(request->user->rooms, user->rooms))
        return RC_OK;
    if (!event_filter_allows_type(&request->filter->presence, S("m.presence"), user->user_id)
        || ignored_users_has(request->ignored, user->user_id))
        return RC_OK;
    struct presence_view view;
    presence_get(request->presence, request->arena, nid, &view);
    strbuf_add(out,
               (*count)++ ? S(",{\"type\":\"m.presence\",\"sender\":") : S("{\"type\":\"m.presence\",\"sender\":"));
    strbuf_add_json(out, user->user_id);
    strbuf_add(out, S(",\"content\":"));
    presence_add_json(out, &view);
    strbuf_add_char(out, '}');
    return RC_OK;
}

enum rc sync_add_presence(struct sync_request *request, struct strbuf *out)
{
    uint64_t *nids = NULL;
    size_t changed = 0, count = 0;
    if (request->presence && request->next.presence > request->since.presence)
        presence_changes(request->presence, request->arena, request->since.presence, request->next.presence, &nids,
                         &changed);
    strbuf_add(out, S(",\"presence\":{\"events\":["));
    for (size_t i = 0; i < changed && count < PRESENCE_MAX; i++)
        TRY(add_one(request, nids[i], &count, out));
    strbuf_add(out, S("]}"));
    if (count)
        request->empty = false;
    return RC_OK;
}
