/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_bound.h"

#include "base/env.h"
#include "cli/admin_user.h"

static const struct cli_option options[] = {
    {"at", "DATE", "A day like 2026-12-01, to its end in UTC, or milliseconds since 1970; without it: now", false},
};

static int run(struct cli *cli)
{
    struct account_request request = {.op = ACCOUNT_BOUND, .at_ms = env_now_ms(env_system())};
    str at = cli_value(cli, "at");
    if (at.ptr && policy_bound_time(at, &request.at_ms) != RC_OK)
        return cli_fail(cli, CLI_USAGE, "--at takes a day like 2026-12-01, or milliseconds since 1970");
    return admin_user_run(cli, request, false, "");
}

const struct cli_command cli_policy_bound = {
    .name = "policy bound",
    .words = "NAME",
    .word_count = 1,
    .summary = "Tell which version of the policy bound an account.",
    .help =
        "Reads the consent ledger: version, hash and language of the text agreed to, when and where. A version that\n"
        "needs a yes of one's own binds from that yes; any other from the first use after it took effect. The\n"
        "question is put on the account's record.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
