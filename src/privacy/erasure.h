/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Erasing a subject, by the catalogue (obligations 4.3, 5.4, 5.5).
 *
 * First the key: one small commit, and nothing of the subject can be read any more, here or in any copy. Then the rows,
 * in turns of bounded work; a turn does not remember where the last one was, so a process may die between any two. When
 * a turn finds nothing more and the logs are empty, a certificate says what was destroyed, and the subject is no more.
 *
 * A key that is missing without a record (the commit got no further than the keys; the folder was restored) is the
 * beginning of an erasure: store/erasures.h finds it.
 */
#ifndef PRIVACY_ERASURE_H
#define PRIVACY_ERASURE_H

#include "privacy/consent.h"
#include "store/erasures.h"

enum { ERASURE_TURN = 1000, ERASURE_TURN_FILES = 50 }; /* rows; of those, rows with files */

/* Media files nobody's row will name any more: to be removed before the commit. */
struct erasure_files {
    str *names;
    size_t count;
};

/* WRITE. Destroys the key. The account has been closed. */
enum rc erasure_begin(struct tx *tx, uint64_t subject) MUST_USE;
/* WRITE. One turn. *ret_clean: it found nothing to remove. */
enum rc erasure_turn(struct tx *tx, uint64_t subject, struct erasure_files *ret_files, bool *ret_clean) MUST_USE;
/* WRITE. After a clean turn with empty logs: signs the certificate, and ends it. */
enum rc erasure_end(struct tx *tx, const struct consent_issuer *issuer, const struct erasure_record *erasure) MUST_USE;

#endif
