/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A personal value that nobody has asked for yet (obligation 1.20). It has a type nothing prints, logs, compares or
 * serialises, and its inside is known to few files, listed in tools/check-includes: what unseals it, what keeps it in
 * memory and what releases it. Everyone else names subject, field and purpose: gate_release() in store/gate.h.
 */
#ifndef CATALOGUE_PERSONAL_VALUE_H
#define CATALOGUE_PERSONAL_VALUE_H

#include "base/arena.h"

struct personal; /* NULL: there is no value */

/* Into the type is open to all. NULL for the empty str; the bytes are not copied. */
const struct personal *personal_of(struct arena *arena, str value);

#endif
