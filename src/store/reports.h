/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What people report: rows for the operator's staff, the words sealed under the reporter's key. */
#ifndef STORE_REPORTS_H
#define STORE_REPORTS_H

#include "store/tx.h"

enum report_kind { REPORT_EVENT, REPORT_ROOM, REPORT_USER };

enum {
    REPORTS_MAX_REASON = 4096,
    REPORTS_A_DAY = 100, /* of one person */
};

struct report {
    enum report_kind kind;
    uint64_t reporter_nid;
    uint64_t room_nid;   /* event, room */
    int64_t event_pos;   /* event */
    uint64_t target_nid; /* user */
    str reason;
};

/* WRITE. RC_LIMITED when the reporter has made as many as one may in a day: then *ret_wait_ms until the next. */
enum rc reports_add(struct tx *tx, const struct report *report, int64_t *ret_wait_ms) MUST_USE;

#endif
