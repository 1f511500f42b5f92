/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a user is to a room: m.room.member's content.membership. */
#ifndef ROOM_MEMBERSHIP_H
#define ROOM_MEMBERSHIP_H

#include "base/str.h"

enum membership {
    MEMBERSHIP_NONE,
    MEMBERSHIP_INVITE,
    MEMBERSHIP_JOIN,
    MEMBERSHIP_KNOCK,
    MEMBERSHIP_LEAVE,
    MEMBERSHIP_BAN
};
enum { MEMBERSHIP_COUNT = MEMBERSHIP_BAN + 1 };

str membership_name(enum membership membership); /* "join" …; "" for NONE */
enum membership membership_parse(str name);      /* MEMBERSHIP_NONE when unknown */

#endif
