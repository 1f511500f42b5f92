/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A person's profile, as others are shown it: name and picture, which are part of everybody's snapshot, and further
 * fields (spec "Profiles"), which are one JSON object, sealed as one value and read when somebody asks.
 */
#ifndef PRIVACY_PROFILE_H
#define PRIVACY_PROFILE_H

#include "catalogue/purpose.h"
#include "store/users.h"
#include "json/json.h"

/* The whole profile in canonical JSON is shorter than this (spec "PUT /profile/{userId}/{keyName}"). */
enum { PROFILE_BYTES_END = 65536, PROFILE_NAME_MAX = 256 /* bytes of a display name */ };

struct profile {
    str display_name, avatar_url; /* empty: none. Live as long as the user */
};
/* RC_FORBIDDEN as the gate says (store/gate.h). */
enum rc profile_release(struct tx *tx, const struct user *user, enum purpose purpose,
                        struct profile *ret_profile) MUST_USE;
/* With all fields, as one object of doc. */
enum rc profile_release_whole(struct tx *tx, const struct user *user, enum purpose purpose, yyjson_mut_doc *doc,
                              yyjson_mut_val **ret_object) MUST_USE;
/* RC_TOO_LARGE when the profile would be; RC_BAD_JSON when it has no canonical form. */
enum rc profile_check_size(struct tx *tx, yyjson_mut_val *whole, struct error *err) MUST_USE;
/* WRITE. Keeps what is in the object beside name and picture, which users_set_profile() keeps. */
enum rc profile_set_fields(struct tx *tx, uint64_t user_nid, yyjson_mut_val *whole) MUST_USE;

#endif
