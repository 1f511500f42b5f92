/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/profile.h"

#include "store/gate.h"

enum rc profile_release(struct tx *tx, const struct user *user, enum purpose purpose, struct profile *ret_profile)
{
    TRY(gate_release(tx, user->nid, FIELD_DISPLAY_NAME, purpose, user->display_name, &ret_profile->display_name));
    return gate_release(tx, user->nid, FIELD_AVATAR_URL, purpose, user->avatar_url, &ret_profile->avatar_url);
}
