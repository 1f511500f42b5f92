/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Room Upgrades", step 3: the state a replacing room takes over. */
#ifndef API_UPGRADE_STATE_H
#define API_UPGRADE_STATE_H

#include "api/call.h"

/* WRITE. Sends it into the new room as the caller, its maker. Power levels come last: until then the maker may do
 * everything, whatever they may do afterwards. */
enum rc upgrade_carry_state(struct call *call, const struct room *old, const struct room **new_in_out) MUST_USE;

/* A level that may still be a string, as it may up to room version 9 (room/power_number.h). */
int64_t upgrade_level(yyjson_val *content, const char *key, int64_t fallback);

#endif
