/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the `parley admin notice …` commands share: whom it is for. */
#ifndef CLI_ADMIN_NOTICE_H
#define CLI_ADMIN_NOTICE_H

#include "cli/admin_user.h"

#define ADMIN_NOTICE_OPTIONS                                                                                           \
    {"user", "NAME", "For this account", false},                                                                       \
    {                                                                                                                  \
        "all", NULL, "For everybody who has an account by the time", false                                             \
    }

/* Runs the work if the command line says for whom. Returns the exit code. */
int admin_notice_run(struct cli *cli, enum rc (*work)(struct cli *cli, const struct config *config, struct error *err));
/* Names the account, unless it is all, and has the request carried out. */
enum rc admin_notice_carry_out(struct cli *cli, const struct config *config, struct account_request *request,
                               struct error *err) MUST_USE;

#endif
