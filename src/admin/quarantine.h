/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The operator's commands on uploads nobody is to be shown; part of admin/accounts.h. */
#ifndef ADMIN_QUARANTINE_H
#define ADMIN_QUARANTINE_H

#include "admin/accounts.h"

enum { QUARANTINE_REASON_MAX = 500 };

/* WRITE. MEDIA_QUARANTINE, MEDIA_RELEASE: one upload by its id, or all of an account. ret_told: what was done. */
enum rc quarantine_change(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                          struct error *err) MUST_USE;

#endif
