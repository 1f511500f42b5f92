/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/catalogue.h"

#define MAY(purpose) PURPOSE_BIT(PURPOSE_##purpose)
/* The subject reading their own (obligation 5.1). */
#define OWN MAY(RIGHTS)

static const struct catalogue_row rows[FIELD_COUNT] = {
    [FIELD_LOCALPART] = {.field = FIELD_LOCALPART,
                         .name = "localpart",
                         .class = CLASS_PERSONAL,
                         .grade = GRADE_SHARED,
                         .purposes = OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(ACCOUNT_SECURITY) | MAY(SAFETY)
                                     | MAY(OPERATIONS),
                         .unique = true,
                         .blind = true,
                         .keeper = KEEPER_USER_CREATE},
    [FIELD_DISPLAY_NAME] = {.field = FIELD_DISPLAY_NAME,
                            .name = "displayname",
                            .class = CLASS_PERSONAL,
                            .grade = GRADE_SHARED,
                            .purposes = OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(SAFETY),
                            .keeper = KEEPER_USER_PROFILE},
    [FIELD_AVATAR_URL] = {.field = FIELD_AVATAR_URL,
                          .name = "avatar_url",
                          .class = CLASS_PERSONAL,
                          .grade = GRADE_SHARED,
                          .purposes = OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(SAFETY),
                          .keeper = KEEPER_USER_PROFILE},
    [FIELD_PHONE] = {.field = FIELD_PHONE,
                     .name = "phone",
                     .class = CLASS_SENSITIVE,
                     .grade = GRADE_RESTRICTED,
                     .purposes = OWN | MAY(SERVICE) | MAY(ACCOUNT_SECURITY) | MAY(OPERATIONS),
                     .unique = true,
                     .blind = true},
    [FIELD_PASSWORD_HASH] = {.field = FIELD_PASSWORD_HASH,
                             .name = "password_hash",
                             .class = CLASS_SENSITIVE,
                             .grade = GRADE_SECRET,
                             .purposes = MAY(ACCOUNT_SECURITY)},
    [FIELD_DEVICE_NAME] = {.field = FIELD_DEVICE_NAME,
                           .name = "device_name",
                           .class = CLASS_PERSONAL,
                           .grade = GRADE_INTERNAL,
                           .purposes = OWN | MAY(SERVICE) | MAY(ACCOUNT_SECURITY),
                           .several = true},
    [FIELD_DEVICE_ADDRESS] = {.field = FIELD_DEVICE_ADDRESS,
                              .name = "device_address",
                              .class = CLASS_PERSONAL,
                              .grade = GRADE_RESTRICTED,
                              .purposes = OWN | MAY(ACCOUNT_SECURITY) | MAY(SAFETY),
                              .several = true},
    [FIELD_DEVICE_AGENT] = {.field = FIELD_DEVICE_AGENT,
                            .name = "device_agent",
                            .class = CLASS_PERSONAL,
                            .grade = GRADE_RESTRICTED,
                            .purposes = OWN | MAY(ACCOUNT_SECURITY) | MAY(SAFETY),
                            .several = true},
};

const struct catalogue_row *catalogue_row(enum personal_field field)
{
    return &rows[field];
}
