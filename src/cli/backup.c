/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/backup.h"
#include "base/env.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"to", "FOLDER", "The backup folder; made if missing", false},
    {"recovery-key", "FILE.pub", "Seal the archives for this recovery key (`parley backup key` makes one)", false},
    {"keys-days", "N", "The key archive expires after so many days (default: 7)", false},
    {"verify", NULL, "Read the archives back before they count", false},
};

static void show_progress(uint64_t bytes)
{
    if (bytes % (8 << 20) == 0)
        fprintf(stderr, "\r%llu MiB", (unsigned long long)(bytes >> 20));
}

static enum rc prepare(struct cli *cli, struct backup_request *request, struct error *err)
{
    uint64_t days = BACKUP_KEYS_DAYS;
    if (!cli_has(cli, "to") || !cli_has(cli, "recovery-key"))
        return error_set(err, RC_INVALID, "--to and --recovery-key are needed");
    if (cli_has(cli, "keys-days") && (str_to_u64(cli_value(cli, "keys-days"), &days) != RC_OK || !days || days > 366))
        return error_set(err, RC_INVALID, "--keys-days is a number from 1 to 366");
    request->to = arena_cstr(&cli->arena, cli_value(cli, "to"));
    request->keys_days = (int)days;
    request->now_ms = env_now_ms(env_system());
    request->verify = cli_has(cli, "verify");
    request->progress = isatty(STDERR_FILENO) ? show_progress : NULL;
    return RC_OK;
}

static enum rc make(struct cli *cli, const struct config *config, struct backup_request *request,
                    struct backup_result *ret_result, struct error *err)
{
    request->data = arena_cstr(&cli->arena, config->server.data);
    TRY(recovery_key_read(arena_cstr(&cli->arena, cli_value(cli, "recovery-key")), &request->recovery_public, err));
    TRY(harden_become_owner(config->server.data, err));
    return backup_make(request, ret_result, err);
}

static int run(struct cli *cli)
{
    struct config config;
    struct error err = {.text = ""};
    struct backup_request request = {0};
    struct backup_result result;
    harden_process();
    if (prepare(cli, &request, &err) != RC_OK)
        return cli_fail(cli, CLI_USAGE, "%s", err.text);
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    enum rc rc = make(cli, &config, &request, &result, &err);
    config_fini(&config);
    if (request.progress)
        fprintf(stderr, "\r");
    if (rc != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text[0] ? err.text : rc_name(rc));
    printf(
        "Made data-%s.parley and keys-%s.parley%s. Erased people on the list: %zu. Older key archives removed: %zu.\n",
        result.name, result.name, request.verify ? ", read back and found whole" : "", result.erased,
        result.key_archives_removed);
    return CLI_OK;
}

const struct cli_command cli_backup = {
    .name = "backup",
    .words = "",
    .summary = "Write an encrypted backup of the data folder; the server may run.",
    .help = "Writes a data archive and a short-lived key archive. Only the holder of the recovery key can open them:\n"
            "this machine needs no more than its public half. Removes key archives that have expired, or that still\n"
            "have the key of somebody who was erased since.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
