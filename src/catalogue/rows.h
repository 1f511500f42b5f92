/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files rows_*.c share: each holds the rows of one group of catalogue/field.h, in its order. */
#ifndef CATALOGUE_ROWS_H
#define CATALOGUE_ROWS_H

#include "catalogue/catalogue.h"

#define IN_BOTH(en, zh)                                                                                                \
    {                                                                                                                  \
        [LANGUAGE_EN] = (en), [LANGUAGE_ZH_CN] = (zh)                                                                  \
    }

#define MAY(purpose) PURPOSE_BIT(PURPOSE_##purpose)
/* The subject reading their own (obligation 5.1). */
#define OWN MAY(RIGHTS)

#define CONTRACT BASIS_BIT(BASIS_CONTRACT)
#define STABLE BASIS_BIT(BASIS_STABLE_SERVICE)
#define DUTY BASIS_BIT(BASIS_LEGAL_DUTY)
/* What an authority may ask for on legal documents (obligation 3.9). */
#define BY_LAW (DUTY | BASIS_BIT(BASIS_CRIMINAL_PROCEDURE))

extern const struct catalogue_row rows_vault[], rows_ledgers[], rows_rooms[], rows_accounts[], rows_keys[],
    rows_files[], rows_passing[], rows_browser[];

#endif
