/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Server Notices": what the operator says to people in their own room, in their language. What is to be said
 * waits in a table (store/announcements.h), so that telling everybody goes on where it was after a restart.
 */
#ifndef API_SERVER_NOTICES_H
#define API_SERVER_NOTICES_H

#include "api/server.h"
#include "store/announcements.h"

/* WRITE. Tells one person, now. Whoever has closed the account is told nothing; nor is anybody while notices.user
 * cannot be an account, which the log says. */
enum rc server_notices_tell(struct tx *tx, struct server *server, const struct announcement *announcement,
                            uint64_t person_nid) MUST_USE;
/* A job: tells the next people of the oldest announcement. */
enum rc server_notices_job(struct tx *tx, struct server *server) MUST_USE;

#endif
