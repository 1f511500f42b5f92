/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the `parley admin …` commands share. */
#ifndef CLI_ADMIN_USER_H
#define CLI_ADMIN_USER_H

#include "admin/accounts.h"
#include "cli/cli.h"
#include "config/config.h"

/* Has request (op and flags filled in) carried out for the account the command line names: by the running server, or
 * here when none runs. Asks for a password when the operation needs one. Prints what was done; returns the exit code.
 */
int admin_user_run(struct cli *cli, struct account_request request, bool with_password, const char *done);

/* "ada", "@ada" and "@ada:example.org" name the same account. RC_INVALID: of another server. */
enum rc admin_account_name(str word, const struct config *config, str *ret_localpart, struct error *err) MUST_USE;
/* By the running server, or here when none runs. */
enum rc admin_carry_out(const struct config *config, const struct account_request *request,
                        char ret_told[ACCOUNT_TOLD_MAX], struct error *err) MUST_USE;

#endif
