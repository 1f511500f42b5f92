/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/backup.h"
#include "cli/cli.h"
#include "cli/harden.h"

#include <stdio.h>

static int run(struct cli *cli)
{
    struct error err = {.text = ""};
    const char *path = arena_cstr(&cli->arena, cli->words[0]);
    harden_process();
    if (recovery_key_create(path, &err) != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text);
    printf("Made %s and %s.pub. Backups need the second alone; keep the first off this machine: whoever has it and\n"
           "the backups can read everything, and without it nobody can.\n",
           path, path);
    return CLI_OK;
}

const struct cli_command cli_backup_key = {
    .name = "backup key",
    .words = "FILE",
    .word_count = 1,
    .summary = "Make a recovery key: FILE, and FILE.pub to make backups with.",
    .run = run,
};
