/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/catalogue.h"

#define MAY(purpose) (1u << PURPOSE_##purpose)
/* The subject reading their own (obligation 5.1). */
#define OWN MAY(RIGHTS)

static const struct catalogue_row rows[FIELD_COUNT] = {
    [FIELD_LOCALPART] = {FIELD_LOCALPART, "localpart", CLASS_PERSONAL, GRADE_SHARED,
                         OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(ACCOUNT_SECURITY) | MAY(SAFETY) | MAY(OPERATIONS),
                         .unique = true, .blind = true, .keeper = KEEPER_USER_CREATE},
    [FIELD_DISPLAY_NAME] = {FIELD_DISPLAY_NAME, "displayname", CLASS_PERSONAL, GRADE_SHARED,
                            OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(SAFETY), .keeper = KEEPER_USER_PROFILE},
    [FIELD_AVATAR_URL] = {FIELD_AVATAR_URL, "avatar_url", CLASS_PERSONAL, GRADE_SHARED,
                          OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(SAFETY), .keeper = KEEPER_USER_PROFILE},
    [FIELD_PHONE] = {FIELD_PHONE, "phone", CLASS_SENSITIVE, GRADE_RESTRICTED,
                     OWN | MAY(SERVICE) | MAY(ACCOUNT_SECURITY) | MAY(OPERATIONS), .unique = true, .blind = true},
    [FIELD_PASSWORD_HASH] = {FIELD_PASSWORD_HASH, "password_hash", CLASS_SENSITIVE, GRADE_SECRET,
                             MAY(ACCOUNT_SECURITY)},
    [FIELD_DEVICE_NAME] = {FIELD_DEVICE_NAME, "device_name", CLASS_PERSONAL, GRADE_INTERNAL,
                           OWN | MAY(SERVICE) | MAY(ACCOUNT_SECURITY), .several = true},
    [FIELD_DEVICE_ADDRESS] = {FIELD_DEVICE_ADDRESS, "device_address", CLASS_PERSONAL, GRADE_RESTRICTED,
                              OWN | MAY(ACCOUNT_SECURITY) | MAY(SAFETY), .several = true},
    [FIELD_DEVICE_AGENT] = {FIELD_DEVICE_AGENT, "device_agent", CLASS_PERSONAL, GRADE_RESTRICTED,
                            OWN | MAY(ACCOUNT_SECURITY) | MAY(SAFETY), .several = true},
};

const struct catalogue_row *catalogue_row(enum personal_field field)
{
    return &rows[field];
}
