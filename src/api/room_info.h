/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A room as it was told before /sync (spec "RoomInfo"): by /initialSync, and alone by rooms/…/initialSync. */
#ifndef API_ROOM_INFO_H
#define API_ROOM_INFO_H

#include "api/room_access.h"

enum { ROOM_INFO_LIMIT = 10, ROOM_INFO_MAX_LIMIT = 100 };

/* Appends the object of a room the caller may read: its newest messages, its state, and their data about it. */
enum rc room_info_add(struct call *call, const struct room_view *view, size_t limit, struct strbuf *out) MUST_USE;
/* Appends the object of a room the caller is invited to. */
enum rc room_info_add_invite(struct call *call, const struct room *room, struct strbuf *out) MUST_USE;
/* Appends [{"type":…,"content":…},…]: the caller's data of one room, or of the account (0). */
enum rc room_info_add_account_data(struct call *call, uint64_t room_nid, struct strbuf *out) MUST_USE;

#endif
