/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The one room of each person in which the server itself writes (spec "Server Notices"): made when there is something
 * to say for the first time, and known to the person's clients by its tag, m.server_notice.
 */
#ifndef API_NOTICES_ROOM_H
#define API_NOTICES_ROOM_H

#include "api/call.h"

struct config;

/* The account data that says which room it is: {"room_id": …}. Nobody else may set it. */
#define NOTICES_ROOM_TYPE "org.parley.server_notices"

/* WRITE. The account the notices are from; made when it is first needed. RC_EXISTS: the name is somebody's; RC_INVALID:
 * it cannot be one. */
enum rc notices_account(struct tx *tx, const struct config *config, const struct user **ret_account) MUST_USE;
/* WRITE. The person's room, made if there is none yet. They are asked into it unless they are in it; who takes no
 * invites, or may not accept any, is put into it. */
enum rc notices_room(struct tx *tx, const struct user *account, const struct user *person, enum language language,
                     const struct room **ret_room) MUST_USE;
/* The person's room as it is. RC_NOT_FOUND: there is none of this account. */
enum rc notices_room_find(struct tx *tx, const struct user *account, const struct user *person,
                          const struct room **ret_room) MUST_USE;
/* RC_OK, or the refusal to decline the invitation into it, 403 M_CANNOT_LEAVE_SERVER_NOTICE_ROOM. Whoever has joined
 * may leave. */
enum rc notices_room_check_leave(struct call *call, const struct room *room) MUST_USE;

#endif
