/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"

static int run(struct cli *cli)
{
    return admin_user_run(cli, (struct account_request){.op = ACCOUNT_RESET}, true,
                          "has a new password and is signed out everywhere");
}

const struct cli_command cli_admin_user_reset = {
    .name = "admin user reset",
    .words = "NAME",
    .word_count = 1,
    .summary = "Give an account a new password and sign it out everywhere.",
    .help = "Asks for the password; in a script, the first line of standard input is taken.",
    .configured = true,
    .run = run,
};
