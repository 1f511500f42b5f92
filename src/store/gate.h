/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The gate: the only way from a sealed value to one that can be read (obligations 1.18, 1.20, 4.8).
 *
 * The store unseals into a `struct personal` and can go no further; privacy/gate.c, above it, implements what is
 * declared here and decides. So nothing in the program reads personal data except in an act that says who does it and
 * for what.
 */
#ifndef STORE_GATE_H
#define STORE_GATE_H

#include "catalogue/catalogue.h"
#include "catalogue/personal_value.h"
#include "store/act.h"
#include "store/tx.h"

/*
 * May tx->act use this field of this subject (0: of nobody in particular) for this purpose? RC_FORBIDDEN when the act
 * does not declare the purpose, the catalogue does not list it for the field, the basis is not one of the field's, a
 * basis or an audited actor has no reason, or the subject's consent is missing. A refusal is recorded: in the log at
 * once, in the audit within a second (privacy/audit.h), whatever becomes of the tx. When the act's actor is audited the
 * entry is written before RC_OK, which needs a writable tx; one entry says it for the whole tx, and if the tx is undone
 * it is written afterwards.
 */
enum rc gate_check(struct tx *tx, uint64_t subject, enum personal_field field, enum purpose purpose) MUST_USE;
/* Releases a value, if gate_check() allows it. The result lives as long as the value. NULL gives an empty str, asked
 * for all the same: that there is nothing is personal too. */
enum rc gate_release(struct tx *tx, uint64_t subject, enum personal_field field, enum purpose purpose,
                     const struct personal *value, str *ret_value) MUST_USE;
/* The same for the store itself, which opens rows for whatever its caller is about: for the main purpose of the act, or
 * another it declares, whichever the catalogue lists for the field. */
enum rc gate_release_declared(struct tx *tx, uint64_t subject, enum personal_field field, const struct personal *value,
                              str *ret_value) MUST_USE;

#endif
