/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/backup.h"
#include "base/env.h"
#include "cli/cli.h"
#include "cli/harden.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"from", "FOLDER", "The backup folder", false},
    {"to", "DIR", "The new data folder: missing or empty", false},
    {"recovery-key", "FILE", "The recovery key the archives were sealed for", false},
    {"at", "NAME", "The data archive, or its time (default: the newest)", false},
    {"keys", "NAME", "The key archive, or its time (default: the newest)", false},
    {"check", NULL, "Verify everything and write nothing", false},
};

static enum rc prepare(struct cli *cli, struct restore_request *request, struct error *err)
{
    if (!cli_has(cli, "from") || !cli_has(cli, "to") || !cli_has(cli, "recovery-key"))
        return error_set(err, RC_INVALID, "--from, --to and --recovery-key are needed");
    request->from = arena_cstr(&cli->arena, cli_value(cli, "from"));
    request->to = arena_cstr(&cli->arena, cli_value(cli, "to"));
    request->at = cli_value(cli, "at");
    request->keys = cli_value(cli, "keys");
    request->check_only = cli_has(cli, "check");
    request->now_ms = env_now_ms(env_system());
    return RC_OK;
}

static int run(struct cli *cli)
{
    struct error err = {.text = ""};
    struct restore_request request = {0};
    struct restore_result result = {.data = ""};
    harden_process();
    if (prepare(cli, &request, &err) != RC_OK)
        return cli_fail(cli, CLI_USAGE, "%s", err.text);
    enum rc rc =
        recovery_key_read(arena_cstr(&cli->arena, cli_value(cli, "recovery-key")), &request.recovery_secret, &err);
    if (rc == RC_OK)
        rc = backup_restore(&request, &result, &err);
    crypto_wipe(&request.recovery_secret, sizeof request.recovery_secret);
    if (rc != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text[0] ? err.text : rc_name(rc));
    printf("%s with the keys of %s: whole.\n", result.data, result.keys);
    if (!request.check_only)
        printf("Restored %zu files to %s. Accounts without a key, whose content is gone for good: %zu.\n", result.files,
               request.to, result.without_key);
    return CLI_OK;
}

const struct cli_command cli_restore = {
    .name = "restore",
    .words = "",
    .summary = "Make a data folder of a backup.",
    .help = "Verifies both archives and the list of erased people before it writes anything, and never writes into a\n"
            "folder that is not empty. Whoever was erased stays so, however old the data: a key that was destroyed\n"
            "is in no archive that a restore accepts.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
