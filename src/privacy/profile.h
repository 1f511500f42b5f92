/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A person's name and picture, as others are shown them. */
#ifndef PRIVACY_PROFILE_H
#define PRIVACY_PROFILE_H

#include "catalogue/purpose.h"
#include "store/users.h"

struct profile {
    str display_name, avatar_url; /* empty: none. Live as long as the user */
};
/* RC_FORBIDDEN as the gate says (store/gate.h). */
enum rc profile_release(struct tx *tx, const struct user *user, enum purpose purpose,
                        struct profile *ret_profile) MUST_USE;

#endif
