/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Holds the policy's texts and versions to their rules (privacy/policy_rules.h). The build runs it, too. */
#include "cli/cli.h"
#include "privacy/policy_text.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"root", "DIR", "The folder of the texts, with a versions.json; without it: those built into the program", false},
};

static void print_series(const struct policy_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        const struct policy_version *version = &series->versions[i];
        printf("%.*s version %.*s: announced %.*s, in force from %.*s%s\n",
               STR_ARG(series->name.len ? series->name : S("policy")), STR_ARG(version->version),
               STR_ARG(version->announced), STR_ARG(version->effective),
               policy_version_asks(version) ? ", needs each person's yes" : "");
    }
}

static int run(struct cli *cli)
{
    const struct policy_operator nobody = {0};
    str root = cli_value(cli, "root");
    struct policy *policy;
    struct error err = {0};
    if (crypto_init() != RC_OK)
        return cli_fail(cli, CLI_FAILED, "the cryptography library does not start");
    if (policy_new(root.ptr ? arena_cstr(&cli->arena, root) : NULL, &nobody, &policy, &err) != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text);
    print_series(&policy->main);
    for (int p = PURPOSE_FIRST_OPTIONAL; p < PURPOSE_COUNT; p++)
        print_series(&policy->supplements[p]);
    policy_free(&policy);
    return fflush(stdout) == 0 ? CLI_OK : cli_fail(cli, CLI_FAILED, "cannot write to standard output");
}

const struct cli_command cli_policy_check = {
    .name = "policy check",
    .words = "",
    .summary = "Hold the policy's texts and versions to their rules.",
    .help =
        "A version's texts must be those it was pinned with, its notice period must be kept, and every clause that\n"
        "changed must be named with the kind of change it is. Exits with 1, and says what is wrong, if not.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
