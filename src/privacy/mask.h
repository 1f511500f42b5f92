/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Masking for display (obligation 4.6): what those see who may not see a value whole.
 *
 *     kind       shows                                                   of               is
 *     phone      the calling code and the last two digits                +4915112345678   +49***78
 *     email      the first character, if there are others, and the host  ada@example.org  a***@example.org
 *     name       the first character, if there are others                Ada Lovelace     A**
 *     address    the first 16 bits (IPv4), the first 32 (IPv6)           203.0.113.9      203.0.0.0/16
 *     agent      the product's family                                    Mozilla/5.0 …    Firefox
 *     otherwise  that there is a value                                                    ***
 *
 * and never more, not even the value's length: values that agree in what is shown look the same, so that nothing can be
 * computed back. Whatever is not of its kind (and text that is not UTF-8) is hidden whole. Empty stays empty.
 */
#ifndef PRIVACY_MASK_H
#define PRIVACY_MASK_H

#include "base/arena.h"
#include "catalogue/catalogue.h"

str mask(struct arena *arena, enum masking kind, str value);
/* As the catalogue says of the field. */
str mask_field(struct arena *arena, enum personal_field field, str value);

#endif
