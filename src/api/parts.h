/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts accounts need beside the stores: the policy, authentication under way, messages that leave, last sightings.
 */
#ifndef API_PARTS_H
#define API_PARTS_H

#include "api/server.h"

/* After the stores are open. */
enum rc parts_start(struct server *server, struct error *err) MUST_USE;
/* While the stores are still open. Accepts half-started parts. */
void parts_stop(struct server *server);

/* Jobs (see api/jobs.h). */
enum rc parts_write_last_seen(struct tx *tx, struct server *server) MUST_USE;
enum rc parts_reap_codes(struct tx *tx, struct server *server) MUST_USE;

#endif
