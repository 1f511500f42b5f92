/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A power level as a room version reads it. From version 10 on it is an integer. Before, a string of one is taken for
 * it (spec: room versions 1 to 9, "Values in m.room.power_levels events must be integers"): with blanks around it and
 * a sign, in ASCII digits.
 */
#ifndef ROOM_POWER_NUMBER_H
#define ROOM_POWER_NUMBER_H

#include "json/json.h"

/* Within ±(2^53 − 1); false for everything else. */
bool power_number(yyjson_val *value, bool strings_too, int64_t *ret_level);

#endif
