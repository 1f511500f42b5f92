/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/recent_receipts.h"

#include <stdlib.h>

enum {
    ROOMS_KEPT = 64,
    REACH_BACK = 256, /* positions read before what is asked for: other listeners' tokens are a little older */
};

/* All receipts of a room, private ones too, with from < pos ≤ to. */
struct kept {
    uint64_t room_nid; /* 0: nothing */
    int64_t from, to;
    struct arena arena;
    struct receipt *receipts;
    size_t count;
};

struct recent_receipts {
    struct kept rooms[ROOMS_KEPT];
};

struct recent_receipts *recent_receipts_new(void)
{
    return xcalloc(1, sizeof(struct recent_receipts));
}

void recent_receipts_forget(struct recent_receipts *recent)
{
    for (size_t i = 0; i < ROOMS_KEPT; i++) {
        arena_fini(&recent->rooms[i].arena);
        recent->rooms[i] = (struct kept){0};
    }
}

void recent_receipts_free(struct recent_receipts **recent)
{
    if (*recent)
        recent_receipts_forget(*recent);
    free(*recent);
    *recent = NULL;
}

static enum rc kept_read(struct kept *kept, struct tx *tx, const struct room *room, int64_t from, int64_t to)
{
    struct tx mine = *tx;
    kept->room_nid = 0;
    arena_reset(&kept->arena);
    mine.arena = &kept->arena;
    kept->from = from > REACH_BACK ? from - REACH_BACK : 0;
    kept->to = to;
    TRY(receipts_changes_of_all(&mine, room, kept->from, to, &kept->receipts, &kept->count));
    kept->room_nid = room->nid;
    return RC_OK;
}

enum rc recent_receipts_changes(struct recent_receipts *recent, struct tx *tx, const struct room *room,
                                uint64_t reader_nid, int64_t from, int64_t to, struct receipt **ret_receipts,
                                size_t *ret_count)
{
    /* What others do elsewhere moves the stream, but not this room's receipts. */
    if (to > room->receipt_pos)
        to = room->receipt_pos;
    /* A first look at a room wants its whole past, and will not be asked again. */
    if (from == 0)
        return receipts_changes(tx, room, reader_nid, from, to, ret_receipts, ret_count);
    struct kept *kept = &recent->rooms[room->nid % ROOMS_KEPT];
    if (kept->room_nid != room->nid || from < kept->from || to != kept->to)
        TRY(kept_read(kept, tx, room, from, to));
    struct receipt *mine = arena_array(tx->arena, struct receipt, kept->count);
    size_t count = 0;
    for (size_t i = 0; i < kept->count; i++) {
        const struct receipt *receipt = &kept->receipts[i];
        if (receipt->pos > from && (receipt->kind == RECEIPT_PUBLIC || receipt->user_nid == reader_nid))
            mine[count++] = *receipt;
    }
    *ret_receipts = mine;
    *ret_count = count;
    return RC_OK;
}
