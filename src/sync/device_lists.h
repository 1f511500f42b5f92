/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Whose devices a person's clients must look at again (spec "Tracking the device list for a user"): who changed their
 * keys and shares a room with the person, and with whom they began or ceased to share encrypted rooms.
 */
#ifndef SYNC_DEVICE_LISTS_H
#define SYNC_DEVICE_LISTS_H

#include "store/users.h"
#include "sync/live.h"

struct device_lists_question {
    struct tx *tx;
    const struct user *user;
    int64_t from, to; /* positions: from < what happened ≤ to */
    bool by_notes;    /* only the rooms noted can have something new */
    const struct live_note *notes;
    size_t note_count;
};

/* Users' ids by user: borrowed from snapshots the tx's arena holds. Nobody is in both. */
struct device_lists {
    str *changed, *left;
    size_t changed_count, left_count;
};

enum rc device_lists_find(const struct device_lists_question *question, struct device_lists *ret_lists) MUST_USE;
/* {"changed":[…],"left":[…]} */
void device_lists_add(struct strbuf *out, const struct device_lists *lists);

#endif
