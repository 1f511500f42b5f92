/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"

static int run(struct cli *cli)
{
    return admin_user_run(cli, (struct account_request){.op = ACCOUNT_RELEASE}, false, "is held no longer");
}

const struct cli_command cli_admin_hold_remove = {
    .name = "admin hold remove",
    .words = "NAME",
    .word_count = 1,
    .summary = "Lift all legal holds of an account.",
    .help = "What has become due meanwhile is removed within minutes, by the running server or the next.",
    .configured = true,
    .run = run,
};
