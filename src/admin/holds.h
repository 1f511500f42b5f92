/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The operator's commands on legal holds (obligations 4.2, 5.9); part of admin/accounts.h. */
#ifndef ADMIN_HOLDS_H
#define ADMIN_HOLDS_H

#include "admin/accounts.h"

/* WRITE. ACCOUNT_HOLD, ACCOUNT_RELEASE. */
enum rc hold_change(struct tx *tx, const struct account_request *request, struct error *err) MUST_USE;
/* HOLD_NEXT. */
enum rc hold_next(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX]) MUST_USE;

#endif
