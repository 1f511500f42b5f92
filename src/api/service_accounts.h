/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The accounts of application services: machine accounts, without a person (docs/decisions/0008). */
#ifndef API_SERVICE_ACCOUNTS_H
#define API_SERVICE_ACCOUNTS_H

#include "api/server.h"
#include "store/tx.h"

struct appservice;

/* WRITE. A machine account, with an entry on its record of which service it is kept by. RC_EXISTS: the name is taken.
 */
enum rc service_account_make(struct tx *tx, const struct appservice *service, str localpart, uint64_t *ret_nid,
                             struct error *err) MUST_USE;
/* Makes the own account of each registered service that has none yet. Waits for the writer: not on a loop. RC_EXISTS,
 * with words for the operator, when such a name is a person's. */
enum rc service_accounts_start(struct server *server, struct error *err) MUST_USE;
/* Reads the registrations again, on SIGHUP; those from before stay in force when anything is wrong. */
enum rc service_accounts_reload(struct server *server, struct error *err) MUST_USE;

#endif
