/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the `parley admin media …` commands share. */
#ifndef CLI_ADMIN_MEDIA_H
#define CLI_ADMIN_MEDIA_H

#include "admin/accounts.h"
#include "cli/cli.h"

extern const struct cli_option admin_media_options[];
enum { ADMIN_MEDIA_OPTIONS = 1 };

/* Has op carried out on what the command line names: mxc://SERVER/ID, or an account. Returns the exit code. */
int admin_media_run(struct cli *cli, enum account_op op);

#endif
