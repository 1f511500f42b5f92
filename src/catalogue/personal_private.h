/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The inside of a personal value. Who may include this is a list in tools/check-includes. */
#ifndef CATALOGUE_PERSONAL_PRIVATE_H
#define CATALOGUE_PERSONAL_PRIVATE_H

#include "catalogue/personal_value.h"

struct personal {
    str value;
};

#endif
