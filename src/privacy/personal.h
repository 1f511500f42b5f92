/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Personal fields: the only way to them names subject, field and purpose (obligations 0.8, 1.20).
 *
 * Fields are rows of the catalogue (catalogue/catalogue.h); each row lists the purposes it may be used for. A purpose
 * that is not listed is refused here, at the boundary, and recorded. Values are sealed under the subject's key in the
 * vault; fields that must be found by value have a blind index.
 */
#ifndef PRIVACY_PERSONAL_H
#define PRIVACY_PERSONAL_H

#include "catalogue/catalogue.h"
#include "store/tx.h"

/* item: 0, or which of several (a device's nid). RC_NOT_FOUND; RC_FORBIDDEN for a purpose the catalogue does not list.
 */
enum rc personal_get(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item, enum purpose purpose,
                     str *ret_value) MUST_USE;
/* Since when it is as it is. */
enum rc personal_written_ms(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item,
                            enum purpose purpose, int64_t *ret_ms) MUST_USE;
/* WRITE. Replaces. RC_EXISTS when the field is unique and the value another's. */
enum rc personal_set(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item, str value) MUST_USE;
enum rc personal_remove(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item) MUST_USE;
/* Whose is it? For unique fields. RC_NOT_FOUND. */
enum rc personal_find(struct tx *tx, enum personal_field field, str value, enum purpose purpose,
                      uint64_t *ret_subject) MUST_USE;

#endif
