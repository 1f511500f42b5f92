/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/version.h"

static const struct room_version versions[] = {
    {
        .name = STR_INIT("10"),
        .stable = true,
        .create_has_creator = true,
        .integer_power_levels = true,
        .knock_restricted = true,
    },
    {
        .name = STR_INIT("11"),
        .stable = true,
        .redacts_in_content = true,
        .updated_redaction_rules = true,
        .integer_power_levels = true,
        .knock_restricted = true,
    },
    {
        .name = STR_INIT("12"),
        .stable = true,
        .redacts_in_content = true,
        .updated_redaction_rules = true,
        .id_is_create_hash = true,
        .privileged_creators = true,
        .integer_power_levels = true,
        .knock_restricted = true,
    },
};

const struct room_version *room_version_at(size_t index)
{
    return index < sizeof versions / sizeof versions[0] ? &versions[index] : NULL;
}

const struct room_version *room_version_find(str name)
{
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        if (str_eq(versions[i].name, name))
            return &versions[i];
    return NULL;
}
