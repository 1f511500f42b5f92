/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The vault's rows: sealed personal fields by subject. Below the gate: only store/ and privacy/ may include this
 * (tools/check-includes); everyone else asks privacy/personal.h.
 */
#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include "catalogue/personal_value.h"
#include "store/tx.h"

enum rc vault_get(struct tx *tx, uint64_t subject, const char *field, uint64_t item,
                  const struct personal **ret_value) MUST_USE;
/* Since when it is as it is. RC_NOT_FOUND. */
enum rc vault_written_ms(struct tx *tx, uint64_t subject, const char *field, uint64_t item, int64_t *ret_ms) MUST_USE;
/* blind: also findable by value; unique: RC_EXISTS when another subject has it. WRITE. */
enum rc vault_set(struct tx *tx, uint64_t subject, const char *field, uint64_t item, str value, bool blind,
                  bool unique) MUST_USE;
/* WRITE. The coarse form in the place of the value (obligation 1.2), as old as that was. */
enum rc vault_set_coarse(struct tx *tx, uint64_t subject, const char *field, uint64_t item, str coarse) MUST_USE;
enum rc vault_remove(struct tx *tx, uint64_t subject, const char *field, uint64_t item) MUST_USE; /* WRITE */
enum rc vault_find(struct tx *tx, const char *field, str value, uint64_t *ret_subject) MUST_USE;

#endif
