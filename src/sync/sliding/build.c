/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The whole answer of sliding sync. */
#include "sync/sliding/answer.h"

#include <stdlib.h>

static void add_lists(const struct sliding_answer *answer, struct strbuf *out)
{
    strbuf_add(out, S(",\"lists\":{"));
    for (size_t i = 0; i < answer->question->list_count; i++) {
        if (i)
            strbuf_add_char(out, ',');
        strbuf_add_json(out, answer->question->lists[i].name);
        strbuf_add(out, S(":{\"count\":"));
        strbuf_add_u64(out, answer->question->lists[i].found);
        strbuf_add_char(out, '}');
    }
    strbuf_add_char(out, '}');
}

static void free_direct(void *arg)
{
    map_fini(arg);
}

static void unref_config(void *arg)
{
    struct kept_config *config = arg;
    kept_config_unref(&config);
}

/* Rooms of one window share a config, and so do their entries in the view. */
static struct kept_config *keep(struct sliding_answer *answer, struct map *kept, const struct sliding_config *config)
{
    struct kept_config *one = map_get(kept, (uint64_t)(uintptr_t)config);
    if (!one) {
        one = kept_config_new(config);
        map_put(kept, (uint64_t)(uintptr_t)config, one);
        arena_on_reset(answer->request->arena, unref_config, one);
    }
    return one;
}

static enum rc add_rooms(struct sliding_answer *answer, struct strbuf *out)
{
    struct map kept = {0};
    enum rc rc = RC_OK;
    bool first = true;
    strbuf_add(out, S(",\"rooms\":{"));
    for (size_t i = 0; i < answer->room_count && rc == RC_OK; i++) {
        struct sliding_room *room = &answer->rooms[i];
        size_t begin = out->len;
        bool nothing;
        if (!room->config)
            continue;
        if (!first)
            strbuf_add_char(out, ',');
        rc = sliding_add_room(answer, room, out, &nothing);
        if (rc != RC_OK || nothing) {
            out->len = begin;
            continue;
        }
        first = answer->empty = false;
        room->kept = keep(answer, &kept, room->config);
    }
    map_fini(&kept);
    strbuf_add_char(out, '}');
    return rc;
}

static enum rc build(struct sliding_answer *answer, struct strbuf *out)
{
    TRY(sync_load_ignored(answer->request));
    TRY(sync_load_account_data(answer->request));
    TRY(sliding_find_rooms(answer));
    add_lists(answer, out);
    TRY(add_rooms(answer, out));
    return sliding_add_extensions(answer, out);
}

enum rc sliding_build(struct sliding_answer *answer, struct strbuf *out)
{
    struct sync_request *request = answer->request;
    bool began = false;
    arena_on_reset(request->arena, free_direct, &answer->direct);
    answer->empty = answer->known != NULL;
    request->initial = !answer->known;
    if (answer->known)
        request->since = answer->known->token;
    request->next.pos = request->newest;
    /* One from the future is a restored backup's: what waits is told again. */
    if (answer->question->to_device.since <= request->next.pos)
        request->since.to_device = answer->question->to_device.since;
    else
        request->since.to_device = 0;
    request->next.typing =
        request->noticed.typing > request->since.typing ? request->noticed.typing : request->since.typing;
    TRY(tx_view_begin(request->tx, &began));
    enum rc rc = build(answer, out);
    tx_view_end(request->tx, began);
    return rc;
}

/* ---- what is known afterwards ---- */

static int by_room(const void *a, const void *b)
{
    const struct sliding_sent *left = a, *right = b;
    return (left->room_nid > right->room_nid) - (left->room_nid < right->room_nid);
}

static struct kept_config *config_ref(struct kept_config *config)
{
    atomic_fetch_add_explicit(&config->refs, 1, memory_order_relaxed);
    return config;
}

static size_t add_told(const struct sliding_answer *answer, struct sliding_sent *sent)
{
    size_t count = 0;
    for (size_t i = 0; i < answer->room_count; i++) {
        const struct sliding_room *room = &answer->rooms[i];
        const struct sliding_sent *before = sliding_view_find(answer->known, room->mine->room_nid);
        if (room->kept)
            sent[count++] =
                (struct sliding_sent){.room_nid = room->mine->room_nid,
                                      .pos = answer->request->next.pos,
                                      .joined = room->mine->membership == MEMBERSHIP_JOIN || (before && before->joined),
                                      .config = config_ref(room->kept)};
    }
    qsort(sent, count, sizeof *sent, by_room);
    return count;
}

/* The rooms told now, and those told before that were not. */
struct sliding_view *sliding_view_after(struct sliding_answer *answer)
{
    const struct sliding_view *known = answer->known;
    size_t told_count = 0, known_count = known ? known->count : 0, count = 0, k = 0;
    struct sliding_sent *told = arena_array(answer->request->arena, struct sliding_sent, answer->room_count + 1);
    told_count = add_told(answer, told);
    struct sliding_view *view = sliding_view_new(told_count + known_count);
    view->token = answer->request->next;
    for (size_t i = 0; i < told_count || k < known_count;) {
        if (i == told_count || (k < known_count && known->sent[k].room_nid < told[i].room_nid)) {
            view->sent[count] = known->sent[k++];
            config_ref(view->sent[count++].config);
            continue;
        }
        k += k < known_count && known->sent[k].room_nid == told[i].room_nid;
        view->sent[count++] = told[i++];
    }
    view->count = count;
    return view;
}
