/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The results of the last test run, as tools/proofs wrote them. They speak for one build of the program only: the one
 * whose bytes have the hash the file names.
 */
#ifndef PRIVACY_PROOFS_H
#define PRIVACY_PROOFS_H

#include "base/arena.h"
#include "privacy/obligation.h"

struct proofs;

enum proof { PROOF_MISSING, PROOF_FAILED, PROOF_PASSED };

/* path NULL: proofs.json beside the program, or where `make install` puts it. RC_NOT_FOUND: there is none;
 * RC_INVALID: it is of another build, or not of the form. */
enum rc proofs_read(struct arena *arena, const char *path, struct proofs **ret_proofs, struct error *err) MUST_USE;
/* proofs NULL: missing. */
enum proof proofs_of(const struct proofs *proofs, const struct obligation_test *test);
/* When they were run, ISO 8601; empty without proofs. */
str proofs_time(const struct proofs *proofs);

#endif
