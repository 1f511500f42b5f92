/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is stored, logged or sent and is nobody's data, each with the reason. With the rows of the catalogue these
 * account for every column, log field, header, cookie and key of the browser's storage exactly once.
 *
 * Something belongs here only if it tells nothing of a person even together with everything else that is stored. When
 * in doubt it is a row of the catalogue.
 */
#ifndef CATALOGUE_TECHNICAL_H
#define CATALOGUE_TECHNICAL_H

#include "catalogue/catalogue.h"

struct technical {
    enum place place;
    const char *table; /* of a store; NULL elsewhere */
    const char *names; /* columns, log fields, headers (lower case), cookies or storage keys, separated by blanks */
    const char *why[LANGUAGE_COUNT]; /* it is nobody's: one sentence for people */
};

extern const struct technical catalogue_technical[];
extern const size_t catalogue_technical_count;

/* Is it a column (or a key of the storage `table`) that a row or an entry above names? */
bool catalogue_accounts_for(enum place place, str table, str name);

#endif
