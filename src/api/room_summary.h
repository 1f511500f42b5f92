/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What one sees of a room before entering it (spec "RoomSummary"): alone, and in the hierarchy of a space. */
#ifndef API_ROOM_SUMMARY_H
#define API_ROOM_SUMMARY_H

#include "api/call.h"

/* To those in it or asked in, to those who could enter or knock, and to anyone where anyone can read. */
enum rc room_summary_may_see(struct call *call, const struct room *room, bool *ret_may) MUST_USE;
/* Appends the object but for its closing brace. */
enum rc room_summary_add(struct call *call, const struct room *room, struct strbuf *out) MUST_USE;

#endif
