/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Server Notices": what the operator says to people in their own room, in their language. What is to be said
 * waits in a table (store/announcements.h), so that telling everybody goes on where it was after a restart.
 */
#ifndef API_SERVER_NOTICES_H
#define API_SERVER_NOTICES_H

#include "api/server.h"

/* A job: tells the next people of the oldest announcement. */
enum rc server_notices_job(struct tx *tx, struct server *server) MUST_USE;

#endif
