/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* STATISTICS_TELL of admin/accounts.h. */
#ifndef ADMIN_STATISTICS_H
#define ADMIN_STATISTICS_H

#include "admin/accounts.h"

/* ret_told: {"answer": …, "left_micro": …, "renewed_ms": …}, answer as in privacy/statistics.h, or null. */
enum rc statistics_tell(struct store *store, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                        struct error *err) MUST_USE;

#endif
