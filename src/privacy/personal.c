/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/personal.h"

#include "store/gate.h"
#include "store/users.h"
#include "store/vault.h"

enum rc personal_get(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item, enum purpose purpose,
                     str *ret_value)
{
    const struct personal *value = NULL;
    enum rc found = vault_get(tx, subject, catalogue_row(field)->name, item, &value);
    if (found != RC_OK && found != RC_NOT_FOUND)
        return found;
    str released;
    TRY(gate_release(tx, subject, field, purpose, value, &released));
    if (found == RC_OK)
        *ret_value = released;
    return found;
}

enum rc personal_written_ms(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item,
                            enum purpose purpose, int64_t *ret_ms)
{
    TRY(gate_check(tx, subject, field, purpose));
    return vault_written_ms(tx, subject, catalogue_row(field)->name, item, ret_ms);
}

enum rc personal_set(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item, str value)
{
    const struct catalogue_row *row = catalogue_row(field);
    if (row->keeper == KEEPER_USER_CREATE)
        return RC_INVALID;
    if (row->keeper == KEEPER_USER_PROFILE)
        return users_set_profile(tx, subject, str_of(row->name), value);
    return vault_set(tx, subject, row->name, item, value, row->blind, row->unique);
}

enum rc personal_remove(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item)
{
    const struct catalogue_row *row = catalogue_row(field);
    if (row->keeper == KEEPER_USER_PROFILE)
        return users_set_profile(tx, subject, str_of(row->name), STR_NONE);
    return vault_remove(tx, subject, row->name, item);
}

/* Whose it is, is personal already: the answer is released like a value, also that there is none. */
enum rc personal_find(struct tx *tx, enum personal_field field, str value, enum purpose purpose, uint64_t *ret_subject)
{
    const struct catalogue_row *row = catalogue_row(field);
    uint64_t subject = 0;
    if (!row->blind)
        return RC_INVALID;
    enum rc found = vault_find(tx, row->name, value, &subject);
    if (found == RC_OK || found == RC_NOT_FOUND)
        TRY(gate_check(tx, subject, field, purpose));
    if (found == RC_OK)
        *ret_subject = subject;
    return found;
}
