/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/membership.h"

static const str names[MEMBERSHIP_COUNT] = {
    [MEMBERSHIP_INVITE] = STR_INIT("invite"), [MEMBERSHIP_JOIN] = STR_INIT("join"),
    [MEMBERSHIP_KNOCK] = STR_INIT("knock"),   [MEMBERSHIP_LEAVE] = STR_INIT("leave"),
    [MEMBERSHIP_BAN] = STR_INIT("ban"),
};

str membership_name(enum membership membership)
{
    return names[membership];
}

enum membership membership_parse(str name)
{
    for (int i = MEMBERSHIP_INVITE; i < MEMBERSHIP_COUNT; i++)
        if (str_eq(names[i], name))
            return (enum membership)i;
    return MEMBERSHIP_NONE;
}
