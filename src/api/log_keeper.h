/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Keeps the public log going (privacy/tlog.h): what the audit has more is taken in within a second, and the whole audit
 * is compared with what was signed after each start and then each hour. When they differ the operator is told, and
 * nothing is signed any more: a log that goes on over an altered audit would vouch for it.
 */
#ifndef API_LOG_KEEPER_H
#define API_LOG_KEEPER_H

#include "api/server.h"

struct log_keeper;

/* Takes in what a stopped or killed process left. After the stores are open. */
void log_keeper_start(struct server *server);
/* A job (api/jobs.h). */
enum rc log_keeper_job(struct tx *tx, struct server *server) MUST_USE;
/* Takes in the rest. While the stores are still open; accepts one that was never started. */
void log_keeper_stop(struct server *server);

#endif
