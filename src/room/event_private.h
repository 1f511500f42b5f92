/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef ROOM_EVENT_PRIVATE_H
#define ROOM_EVENT_PRIVATE_H

#include "room/event.h"
#include "room/event_text.h"

/* The event of a finished text; the client form is written behind it. parts->content may be NULL where nothing of the
 * event is told by its content: it is no m.room.member, no m.room.redaction and relates to nothing. */
struct event *event_of_text(const struct room_version *version, const struct event_parts *parts,
                            struct event_text *text, str event_id);

#endif
