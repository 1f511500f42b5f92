/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The operator's commands on registration tokens; part of admin/accounts.h. */
#ifndef ADMIN_TOKENS_H
#define ADMIN_TOKENS_H

#include "admin/accounts.h"

/* WRITE. TOKEN_CREATE, TOKEN_REMOVE. */
enum rc token_change(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                     struct error *err) MUST_USE;
/* TOKEN_NEXT. */
enum rc token_next(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX]) MUST_USE;

#endif
