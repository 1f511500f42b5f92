/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/key_section.h"

#include "store/one_time_keys.h"
#include "sync/device_lists.h"

enum rc sync_add_device_lists(struct sync_request *request, struct strbuf *out)
{
    const struct device_lists_question question = {.tx = request->tx,
                                                   .user = request->user,
                                                   .from = request->since.pos,
                                                   .to = request->next.pos,
                                                   .by_notes = request->by_notes,
                                                   .notes = request->notes,
                                                   .note_count = request->note_count};
    struct device_lists lists;
    if (request->initial)
        return RC_OK;
    TRY(device_lists_find(&question, &lists));
    if (!lists.changed_count && !lists.left_count)
        return RC_OK;
    request->empty = false;
    strbuf_add(out, S(",\"device_lists\":"));
    device_lists_add(out, &lists);
    return RC_OK;
}

static enum rc read_counts(struct sync_request *request, struct strbuf *out)
{
    const struct device_place place = {request->user->nid, request->device_nid};
    strbuf_add(out, S("\"device_one_time_keys_count\":"));
    TRY(one_time_keys_add_counts(request->tx, place, out));
    strbuf_add(out, S(",\"device_unused_fallback_key_types\":"));
    return fallback_keys_add_unused(request->tx, place, out);
}

/* Every answer has them, and they change now and then: remembered until this loop hears that they did, and not used
 * while it has yet to hear of somebody's that have. */
enum rc sync_add_key_counts(struct sync_request *request, struct strbuf *out)
{
    bool up_to_date = request->noticed.key_counts == store_key_counts_serial(request->tx->store);
    str known = up_to_date ? live_key_counts(request->live, request->device_nid) : STR_NONE;
    size_t begin = out->len;
    if (known.len) {
        strbuf_add(out, known);
        return RC_OK;
    }
    TRY(read_counts(request, out));
    if (up_to_date)
        live_set_key_counts(request->live, request->device_nid, str_skip(strbuf_str(out), begin));
    return RC_OK;
}
