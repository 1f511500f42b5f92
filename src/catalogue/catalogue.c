/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/catalogue.h"

#define MAY(purpose) PURPOSE_BIT(PURPOSE_##purpose)
/* The subject reading their own (obligation 5.1). */
#define OWN MAY(RIGHTS)

#define CONTRACT BASIS_BIT(BASIS_CONTRACT)
#define STABLE BASIS_BIT(BASIS_STABLE_SERVICE)
/* Where every value of the vault lives. A row of the table is one field of one subject, or of one item of theirs. */
#define IN_VAULT                                                                                                       \
    .place = PLACE_VAULT, .table = "personal", .columns = "subject field item sealed blind",                           \
    .subject_column = "subject", .retention = RETENTION_ACCOUNT, .erasure = ERASE_ROWS, .sealed = true

static const struct catalogue_row rows[FIELD_COUNT] = {
    [FIELD_LOCALPART] = {.field = FIELD_LOCALPART,
                         .name = "localpart",
                         .title = {[LANGUAGE_EN] = "Account name", [LANGUAGE_ZH_CN] = "账号名"},
                         .bases = CONTRACT | STABLE,
                         .export = EXPORT_VALUE,
                         .masking = MASK_NAME,
                         IN_VAULT,
                         .class = CLASS_PERSONAL,
                         .grade = GRADE_SHARED,
                         .purposes = OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(ACCOUNT_SECURITY) | MAY(SAFETY)
                                     | MAY(OPERATIONS),
                         .unique = true,
                         .blind = true,
                         .keeper = KEEPER_USER_CREATE},
    [FIELD_DISPLAY_NAME] = {.field = FIELD_DISPLAY_NAME,
                            .name = "displayname",
                            .title = {[LANGUAGE_EN] = "Display name", [LANGUAGE_ZH_CN] = "显示名称"},
                            .bases = CONTRACT,
                            .export = EXPORT_VALUE,
                            .masking = MASK_NAME,
                            IN_VAULT,
                            .class = CLASS_PERSONAL,
                            .grade = GRADE_SHARED,
                            .purposes = OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(SAFETY),
                            .keeper = KEEPER_USER_PROFILE},
    [FIELD_AVATAR_URL] = {.field = FIELD_AVATAR_URL,
                          .name = "avatar_url",
                          .title = {[LANGUAGE_EN] = "Profile picture", [LANGUAGE_ZH_CN] = "头像"},
                          .bases = CONTRACT,
                          .export = EXPORT_VALUE,
                          .masking = MASK_NOTHING_LEFT,
                          IN_VAULT,
                          .class = CLASS_PERSONAL,
                          .grade = GRADE_SHARED,
                          .purposes = OWN | MAY(SERVICE) | MAY(MESSAGING) | MAY(SAFETY),
                          .keeper = KEEPER_USER_PROFILE},
    [FIELD_PHONE] = {.field = FIELD_PHONE,
                     .name = "phone",
                     .title = {[LANGUAGE_EN] = "Phone number", [LANGUAGE_ZH_CN] = "手机号码"},
                     .bases = CONTRACT,
                     .export = EXPORT_VALUE,
                     .masking = MASK_PHONE,
                     IN_VAULT,
                     .class = CLASS_SENSITIVE,
                     .grade = GRADE_RESTRICTED,
                     .purposes = OWN | MAY(SERVICE) | MAY(ACCOUNT_SECURITY) | MAY(OPERATIONS),
                     .unique = true,
                     .blind = true},
    [FIELD_PASSWORD_HASH] = {.field = FIELD_PASSWORD_HASH,
                             .name = "password_hash",
                             .title = {[LANGUAGE_EN] = "Password (hash only)", [LANGUAGE_ZH_CN] = "密码（仅哈希值）"},
                             .bases = CONTRACT,
                             .export = EXPORT_EXISTENCE,
                             .masking = MASK_NOTHING_LEFT,
                             IN_VAULT,
                             .class = CLASS_SENSITIVE,
                             .grade = GRADE_SECRET,
                             .purposes = MAY(ACCOUNT_SECURITY)},
    [FIELD_DEVICE_NAME] = {.field = FIELD_DEVICE_NAME,
                           .name = "device_name",
                           .title = {[LANGUAGE_EN] = "Device name", [LANGUAGE_ZH_CN] = "设备名称"},
                           .bases = CONTRACT,
                           .export = EXPORT_VALUE,
                           .masking = MASK_NAME,
                           IN_VAULT,
                           .class = CLASS_PERSONAL,
                           .grade = GRADE_INTERNAL,
                           .purposes = OWN | MAY(SERVICE) | MAY(ACCOUNT_SECURITY),
                           .several = true},
    [FIELD_DEVICE_ADDRESS] =
        {.field = FIELD_DEVICE_ADDRESS,
         .name = "device_address",
         .title = {[LANGUAGE_EN] = "Network address of a device", [LANGUAGE_ZH_CN] = "设备的网络地址"},
         .bases = CONTRACT | STABLE,
         .export = EXPORT_VALUE,
         .masking = MASK_ADDRESS,
         IN_VAULT,
         .class = CLASS_PERSONAL,
         .grade = GRADE_RESTRICTED,
         .purposes = OWN | MAY(ACCOUNT_SECURITY) | MAY(SAFETY),
         .several = true},
    [FIELD_DEVICE_AGENT] =
        {.field = FIELD_DEVICE_AGENT,
         .name = "device_agent",
         .title = {[LANGUAGE_EN] = "Program and system of a device", [LANGUAGE_ZH_CN] = "设备的程序与系统"},
         .bases = CONTRACT | STABLE,
         .export = EXPORT_VALUE,
         .masking = MASK_AGENT,
         IN_VAULT,
         .class = CLASS_PERSONAL,
         .grade = GRADE_RESTRICTED,
         .purposes = OWN | MAY(ACCOUNT_SECURITY) | MAY(SAFETY),
         .several = true},
};

const struct catalogue_row *catalogue_row(enum personal_field field)
{
    return &rows[field];
}
