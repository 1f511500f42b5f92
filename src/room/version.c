/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/version.h"

static const struct room_version versions[] = {
    {
        .name = STR_INIT("1"),
        .stable = true,
        .event_ids = EVENT_ID_OF_SERVER,
        .redaction = REDACTION_V1,
        .redaction_power_first = true,
        .alias_events = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("2"),
        .stable = true,
        .event_ids = EVENT_ID_OF_SERVER,
        .redaction = REDACTION_V1,
        .redaction_power_first = true,
        .alias_events = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("3"),
        .stable = true,
        .event_ids = EVENT_ID_BASE64,
        .redaction = REDACTION_V1,
        .alias_events = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("4"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V1,
        .alias_events = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("5"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V1,
        .alias_events = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("6"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V6,
        .notification_levels = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("7"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V6,
        .notification_levels = true,
        .knock = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("8"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V8,
        .notification_levels = true,
        .knock = true,
        .restricted = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("9"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V9,
        .notification_levels = true,
        .knock = true,
        .restricted = true,
        .create_has_creator = true,
    },
    {
        .name = STR_INIT("10"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V9,
        .notification_levels = true,
        .knock = true,
        .restricted = true,
        .create_has_creator = true,
        .integer_power_levels = true,
        .knock_restricted = true,
    },
    {
        .name = STR_INIT("11"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V11,
        .notification_levels = true,
        .knock = true,
        .restricted = true,
        .redacts_in_content = true,
        .integer_power_levels = true,
        .knock_restricted = true,
    },
    {
        .name = STR_INIT("12"),
        .stable = true,
        .event_ids = EVENT_ID_URL_SAFE,
        .redaction = REDACTION_V11,
        .notification_levels = true,
        .knock = true,
        .restricted = true,
        .redacts_in_content = true,
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
