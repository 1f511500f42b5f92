/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The rooms that application services list in directories of their own, one for each network they connect to (spec:
 * Application Service API, "Application service room directories"). Beside the server's own directory, which knows
 * nothing of them. Rows of a service that is no longer registered stay and are not asked for.
 */
#ifndef STORE_SERVICE_ROOMS_H
#define STORE_SERVICE_ROOMS_H

#include "store/tx.h"

enum { SERVICE_ROOMS_MAX = 20000 }; /* of one service */

/* WRITE. RC_LIMITED: it lists as many as it may. */
enum rc service_rooms_set(struct tx *tx, str service_id, str network, uint64_t room_nid, bool listed) MUST_USE;
/* Rooms of one of its networks, or (network.ptr NULL) of all; each once, in the arena. */
enum rc service_rooms_list(struct tx *tx, str service_id, str network, uint64_t **ret_nids, size_t *ret_count) MUST_USE;

#endif
