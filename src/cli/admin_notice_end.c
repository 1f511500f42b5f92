/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_notice.h"

#include <stdio.h>

static const struct cli_option options[] = {ADMIN_NOTICE_OPTIONS};

static enum rc end(struct cli *cli, const struct config *config, struct error *err)
{
    struct account_request request = {.op = NOTICE_END};
    TRY(admin_notice_carry_out(cli, config, &request, err));
    printf("What was pinned is on its way out.\n");
    return RC_OK;
}

static int run(struct cli *cli)
{
    return admin_notice_run(cli, end);
}

const struct cli_command cli_admin_notice_end = {
    .name = "admin notice end",
    .words = "",
    .summary = "Take what is pinned in the notices of one account, or of all, out of force.",
    .help = "The notice itself stays where people have read it.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
