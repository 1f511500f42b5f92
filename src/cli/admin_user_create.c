/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"

static const struct cli_option options[] = {
    {"admin", NULL, "The account may administer the server", false},
};

static int run(struct cli *cli)
{
    struct account_request request = {.op = ACCOUNT_CREATE, .admin = cli_has(cli, "admin")};
    return admin_user_run(cli, request, true, "can sign in now");
}

const struct cli_command cli_admin_user_create = {
    .name = "admin user create",
    .words = "NAME",
    .word_count = 1,
    .summary = "Make an account.",
    .help =
        "Asks for its password; in a script, the first line of standard input is taken. Works while the server runs\n"
        "and while it does not.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
