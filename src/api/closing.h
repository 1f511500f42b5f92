/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The end of an account (obligation 5.5), by whichever way it was asked for: what happens with the answer, what later
 * (api/erasure_job.h), and until when it can be undone.
 */
#ifndef API_CLOSING_H
#define API_CLOSING_H

#include "api/call.h"
#include "store/erasures.h"

struct closing {
    str claim; /* the person's, to ask how it stands: nothing else of them will be left */
    int64_t due_ms;
    bool undoable;
};

/* WRITE. Of the caller's account; the caller has proven to be its owner. */
enum rc closing_begin(struct call *call, enum erasure_cause cause, struct closing *ret_closing) MUST_USE;
/* As answers show it. */
yyjson_mut_val *closing_object(yyjson_mut_doc *doc, const struct closing *closing);
/* WRITE. Somebody signs in: their cancellation, if there is one, is undone. Fails with 403 when it no longer can be. */
enum rc closing_undo(struct call *call, uint64_t user_nid, bool *ret_undone) MUST_USE;

#endif
