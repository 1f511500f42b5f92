/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages to the device, as an answer carries them: a page at a time, the rest with the next one. */
#include "store/to_device.h"

#include "sync/request.h"

/* Most answers carry none, and memory can tell. */
static bool is_looked_for(const struct sync_request *request)
{
    bool behind = request->initial || request->since.to_device < request->since.pos;
    return request->device_nid
           && (behind || !request->by_notes || live_to_device_since(request->live, request->since.pos));
}

enum rc sync_add_to_device(struct sync_request *request, size_t limit, struct strbuf *out)
{
    struct to_device_page page;
    struct to_device_place place = {request->user->nid, request->device_nid};
    request->next.to_device = request->next.pos;
    if (!is_looked_for(request))
        return RC_OK;
    TRY(to_device_read(request->tx, place, request->since.to_device, request->next.pos, limit, &page));
    if (!page.count)
        return RC_OK;
    request->next.to_device = page.last;
    request->next.carried = true;
    request->empty = false;
    strbuf_add(out, page.events);
    return RC_OK;
}
