/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/folder.h"
#include "base/env.h"
#include "cli/cli.h"

#include <stdio.h>

static void print(const struct folder_entry *entry, int64_t now)
{
    char until[40] = "kept";
    if (entry->info.expires_ms)
        folder_time_name(entry->info.expires_ms, until);
    printf("%-36.*s %10llu KiB  %s%s\n", STR_ARG(entry->name), (unsigned long long)(entry->size + 1023) / 1024,
           !entry->info.expires_ms         ? ""
           : entry->info.expires_ms <= now ? "expired "
                                           : "until ",
           until);
}

static int run(struct cli *cli)
{
    struct error err = {.text = ""};
    struct folder_entry *entries;
    size_t count;
    if (folder_list(arena_cstr(&cli->arena, cli->words[0]), &cli->arena, &entries, &count, &err) != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text);
    for (size_t i = 0; i < count; i++)
        print(&entries[i], env_now_ms(env_system()));
    return CLI_OK;
}

const struct cli_command cli_backup_list = {
    .name = "backup list",
    .words = "FOLDER",
    .word_count = 1,
    .summary = "List the archives of a backup folder, oldest first.",
    .run = run,
};
