/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"

static const struct cli_option options[] = {
    {"reason", "TEXT", "Why: the law, the court, the case. The person reads it", false},
    {"quiet", NULL, "Law forbids to tell the person: they are shown neither the hold nor the reason", false},
};

static int run(struct cli *cli)
{
    struct account_request request = {
        .op = ACCOUNT_HOLD, .reason = cli_value(cli, "reason"), .quiet = cli_has(cli, "quiet")};
    if (!request.reason.len)
        return cli_fail(cli, CLI_USAGE, "a hold needs a reason: --reason TEXT");
    return admin_user_run(cli, request, false, "is held: nothing of it is erased or removed by age");
}

const struct cli_command cli_admin_hold_add = {
    .name = "admin hold add",
    .words = "NAME",
    .word_count = 1,
    .summary = "Keep everything of an account from being erased or removed by age, because law demands it.",
    .help = "The person may still cancel the account, which then can no longer be used; it is erased when the hold is\n"
            "lifted. Holds and their reasons are on record for three years after they were lifted.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
