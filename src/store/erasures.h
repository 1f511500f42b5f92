/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Erasures: asked for, waiting, under way, done (obligations 5.4, 5.5). One row a subject; when it is done the row
 * holds the certificate, and nothing else in the stores leads from it to a person.
 *
 * Whoever asked is given a claim: the account will be gone, and with the claim alone they learn how it stands. Only its
 * hash is kept.
 */
#ifndef STORE_ERASURES_H
#define STORE_ERASURES_H

#include "store/tx.h"

/* A number is a stored format: only add at the end. */
enum erasure_cause {
    ERASURE_CANCELLED = 1, /* the account was cancelled: signing in undoes it until it is due */
    ERASURE_CLOSED = 2,    /* it was closed for good without asking for erasure: that follows when it is due */
    ERASURE_ASKED = 3,     /* at once */
    ERASURE_FOUND = 4,     /* a key was missing that no record speaks of: what is left there must go */
    ERASURE_IDLE = 5,      /* a guest has not come back */
};

struct erasure_record {
    uint64_t subject;
    enum erasure_cause cause;
    int64_t asked_ms, due_ms;
    int64_t begun_ms; /* 0: not yet. From here on there is no way back */
    int64_t ended_ms; /* 0: not yet */
    str certificate;  /* when it has ended */
};

/* WRITE. Replaces one that has not begun. *ret_claim: for the person, and nowhere else. */
enum rc erasures_ask(struct tx *tx, uint64_t subject, enum erasure_cause cause, int64_t due_ms,
                     str *ret_claim) MUST_USE;
/* RC_NOT_FOUND. */
enum rc erasures_get(struct tx *tx, uint64_t subject, struct erasure_record *ret_erasure) MUST_USE;
enum rc erasures_find(struct tx *tx, str claim, struct erasure_record *ret_erasure) MUST_USE;
/* The one due longest whose subject is not held (store/holds.h). RC_NOT_FOUND: none; *ret_next_ms: when the next will
 * be (INT64_MAX: none that is known). */
enum rc erasures_due(struct tx *tx, struct erasure_record *ret_erasure, int64_t *ret_next_ms) MUST_USE;
/* WRITE. RC_NOT_FOUND: there is none, or it can no longer be undone. */
enum rc erasures_undo(struct tx *tx, uint64_t subject) MUST_USE;
enum rc erasures_begin(struct tx *tx, uint64_t subject) MUST_USE;                /* WRITE */
enum rc erasures_end(struct tx *tx, uint64_t subject, str certificate) MUST_USE; /* WRITE */

/* WRITE. So many more rows of a kind are gone. */
enum rc erasures_add_count(struct tx *tx, uint64_t subject, const char *name, int64_t removed) MUST_USE;
/* 0 when none of that kind were there. */
enum rc erasures_count(struct tx *tx, uint64_t subject, const char *name, int64_t *ret_removed) MUST_USE;

/*
 * WRITE. Subjects without a key of whom no record speaks: erased by an earlier version, by a restore, or by a commit
 * that got no further than the keys. Looks at a bounded number of people behind `from` and asks for the erasure of
 * those it finds. *ret_next: where to go on; 0: it has seen all.
 */
enum rc erasures_find_lost(struct tx *tx, uint64_t from, uint64_t *ret_next) MUST_USE;

#endif
