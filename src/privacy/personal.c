/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/personal.h"

#include "base/log.h"
#include "store/users.h"
#include "store/vault.h"

/* Obligation 1.20: an unlisted purpose is refused at the storage boundary and recorded. */
static enum rc purpose_check(const struct catalogue_row *row, enum purpose purpose)
{
    if (row->purposes & (1u << purpose))
        return RC_OK;
    log_event(LOG_ERROR, "personal field refused", LOG_TEXT("field", row->name),
              LOG_TEXT("purpose", purpose_name(purpose)));
    return RC_FORBIDDEN;
}

enum rc personal_get(struct tx *tx, uint64_t subject, enum personal_field field, uint64_t item, enum purpose purpose,
                     str *ret_value)
{
    const struct catalogue_row *row = catalogue_row(field);
    TRY(purpose_check(row, purpose));
    return vault_get(tx, subject, row->name, item, ret_value);
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

enum rc personal_find(struct tx *tx, enum personal_field field, str value, enum purpose purpose, uint64_t *ret_subject)
{
    const struct catalogue_row *row = catalogue_row(field);
    TRY(purpose_check(row, purpose));
    return row->blind ? vault_find(tx, row->name, value, ret_subject) : RC_INVALID;
}
