/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Legal holds: whose data law forbids to remove for now, with the reason (obligations 4.2, 5.9). While one is live,
 * neither erasure nor retention touches the subject's rows. A lifted hold stays on record.
 */
#ifndef STORE_HOLDS_H
#define STORE_HOLDS_H

#include "store/tx.h"

enum { HOLD_REASON_MAX = 500 };

struct hold {
    uint64_t nid, subject;
    int64_t placed_ms, lifted_ms; /* 0: live */
    bool quiet;                   /* law forbids to tell the subject */
    str reason;
};

/* WRITE. */
enum rc holds_place(struct tx *tx, uint64_t subject, str reason, bool quiet) MUST_USE;
/* WRITE. All live ones of the subject. RC_NOT_FOUND: there are none. */
enum rc holds_lift(struct tx *tx, uint64_t subject) MUST_USE;
enum rc holds_live(struct tx *tx, uint64_t subject, bool *ret_held) MUST_USE;
/* The subject's, or with subject 0 everybody's, behind number `after`, at most `limit`. */
enum rc holds_list(struct tx *tx, uint64_t subject, uint64_t after, size_t limit, struct hold **ret_holds,
                   size_t *ret_count) MUST_USE;
/* The held as text that SQL can look into: ",3,17,"; "," when there are none. */
enum rc holds_subjects(struct tx *tx, str *ret_subjects) MUST_USE;

#endif
