/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/rows.h"

/* In the order of the fields: each group ends where the next begins. */
static const struct group {
    enum personal_field first;
    const struct catalogue_row *rows;
} groups[] = {
    {FIELD_LOCALPART, rows_vault},       {FIELD_CODE_NUMBER, rows_ledgers},      {FIELD_EVENT, rows_rooms},
    {FIELD_ACCOUNT, rows_accounts},      {FIELD_DEVICE_KEY, rows_keys},          {FIELD_DATA_KEY, rows_files},
    {FIELD_REQUEST_TOKEN, rows_passing}, {FIELD_BROWSER_ACCOUNTS, rows_browser},
};

const struct catalogue_row *catalogue_row(enum personal_field field)
{
    static const struct catalogue_row none = {0};
    size_t group = sizeof groups / sizeof *groups;
    while (group > 0 && field < groups[group - 1].first)
        group--;
    return group ? &groups[group - 1].rows[field - groups[group - 1].first] : &none;
}
