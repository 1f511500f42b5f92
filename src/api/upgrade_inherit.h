/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Room Upgrades": who joins the room that replaces another finds their own settings there. */
#ifndef API_UPGRADE_INHERIT_H
#define API_UPGRADE_INHERIT_H

#include "api/call.h"

/* WRITE. After the caller has joined: their tags, push rules and the mark of a direct chat, if the room replaces one
 * that says so too. What they have set in the new room already stays. */
enum rc upgrade_inherit(struct call *call, const struct room *room) MUST_USE;

#endif
