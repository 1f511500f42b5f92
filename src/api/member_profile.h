/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A changed display name or picture goes into the member's event of each room they are in. */
#ifndef API_MEMBER_PROFILE_H
#define API_MEMBER_PROFILE_H

#include "api/call.h"

/* WRITE. Rooms beyond the first few dozen follow in writes of the server's own, so that no commit waits for them. */
enum rc member_profile_spread(struct call *call) MUST_USE;

#endif
