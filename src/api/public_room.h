/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a room says of itself to those outside (spec "PublicRoomsChunk"): in the directory and in summaries. */
#ifndef API_PUBLIC_ROOM_H
#define API_PUBLIC_ROOM_H

#include "base/strbuf.h"
#include "store/rooms.h"

/* Appends the object but for its closing brace. */
void public_room_add(struct strbuf *out, const struct room *room);

#endif
