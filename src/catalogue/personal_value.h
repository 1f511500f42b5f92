/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A personal value that nobody has asked for yet (obligation 1.20). It has a type nothing prints, logs, compares or
 * serialises, and its inside is known to two files alone: what unseals it (store/seal.c) and what releases it
 * (privacy/gate.c). Everyone else names subject, field and purpose: gate_release() in store/gate.h.
 */
#ifndef CATALOGUE_PERSONAL_VALUE_H
#define CATALOGUE_PERSONAL_VALUE_H

struct personal; /* NULL: there is no value */

#endif
