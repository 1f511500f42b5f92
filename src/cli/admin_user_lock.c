/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"

static const struct cli_option options[] = {
    {"undo", NULL, "Unlock it", false},
};

static int run(struct cli *cli)
{
    bool undo = cli_has(cli, "undo");
    return admin_user_run(cli, (struct account_request){.op = undo ? ACCOUNT_UNLOCK : ACCOUNT_LOCK}, false,
                          undo ? "is unlocked" : "is locked");
}

const struct cli_command cli_admin_user_lock = {
    .name = "admin user lock",
    .words = "NAME",
    .word_count = 1,
    .summary = "Keep an account from doing anything but signing out.",
    .help = "Nothing of it is lost, and it goes on where it was when --undo unlocks it.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
