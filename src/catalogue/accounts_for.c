/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/technical.h"

static bool lists(const char *names, str name)
{
    for (str rest = str_of(names), one; rest.len;) {
        rest = str_split(rest, ' ', &one);
        if (str_eq(one, name))
            return true;
    }
    return false;
}

bool catalogue_accounts_for(enum place place, str table, str name)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        if (row->place == place && str_eq(str_of(row->table), table) && lists(row->columns, name))
            return true;
    }
    for (size_t i = 0; i < catalogue_technical_count; i++) {
        const struct technical *entry = &catalogue_technical[i];
        if (entry->place == place && str_eq(str_of(entry->table), table) && lists(entry->names, name))
            return true;
    }
    return false;
}
