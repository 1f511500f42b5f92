/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/settings.h"
#include "privacy/conformance.h"

#include <stdio.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"proofs", "FILE", "The results of the test run (default: proofs.json beside the program)", false},
    {"json", NULL, "An array with one object an obligation", false},
};

static void print_json(struct cli *cli, const struct conformance *all, const struct proofs *proofs)
{
    yyjson_mut_doc *doc = json_new(&cli->arena);
    str text = json_mut_text(&cli->arena, conformance_json(doc, all, proofs));
    printf("%.*s\n", STR_ARG(text));
}

static void print_one(const struct conformance *one, bool colours)
{
    const struct obligation *obligation = one->obligation;
    if (!obligation->built) {
        printf("planned  %-5s not in force yet\n", obligation->id);
        return;
    }
    const char *on = !colours ? "" : one->lit ? "\033[32m" : "\033[31m";
    printf("%s%s%s  %-5s %zu tests passed, %zu failed, %zu not run\n", on, one->lit ? "lit    " : "NOT LIT",
           colours ? "\033[0m" : "", obligation->id, one->passed, one->failed, one->missing);
    for (size_t i = 0; one->checks && i < obligation->check_count; i++)
        printf("               %s %s: %.*s\n", one->checks[i].ok ? "ok " : "BAD", obligation->checks[i],
               STR_ARG(one->checks[i].words));
}

static size_t print_all(const struct conformance *all)
{
    bool colours = isatty(STDOUT_FILENO);
    size_t lit = 0, built = 0;
    for (size_t i = 0; i < obligation_count; i++) {
        print_one(&all[i], colours);
        lit += all[i].lit;
        built += all[i].obligation->built;
    }
    printf("%zu of %zu built obligations are lit; the policy has %zu.\n", lit, built, obligation_count);
    return lit;
}

static int verify(struct cli *cli, const char *folder)
{
    struct proofs *proofs = NULL;
    struct error err = {.text = ""};
    str path = cli_value(cli, "proofs");
    if (proofs_read(&cli->arena, path.ptr ? arena_cstr(&cli->arena, path) : NULL, &proofs, &err) != RC_OK)
        fprintf(stderr, "No proofs: %s\n", err.text);
    struct conformance *all = conformance_of(&cli->arena, proofs, checks_run_all(&cli->arena, folder));
    if (cli_has(cli, "json"))
        print_json(cli, all, proofs);
    else
        print_all(all);
    for (size_t i = 0; i < obligation_count; i++) {
        if (obligations[i].built && !all[i].lit)
            return CLI_FAILED;
    }
    return CLI_OK;
}

static int run(struct cli *cli)
{
    struct config config;
    struct error err;
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    int code = access(config.server.data.ptr, R_OK | X_OK) == 0
                   ? verify(cli, arena_cstr(&cli->arena, config.server.data))
                   : cli_fail(cli, CLI_FAILED, "there is no data folder %s to look at", config.server.data.ptr);
    config_fini(&config);
    return code;
}

const struct cli_command cli_policy_verify = {
    .name = "policy verify",
    .words = "",
    .summary = "Which promises of the policy are kept: proven by tests, and true of this data folder.",
    .help =
        "An obligation is lit when its clause, its mechanism and its tests exist, all of its tests passed with this\n"
        "very build, and its live checks hold in the data folder. Only reads; the server may run. Exits with 0 when\n"
        "all obligations that are built are lit.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
