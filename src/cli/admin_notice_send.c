/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"user", "NAME", "To this account", false},
    {"all", NULL, "To everybody who has an account now or makes one while it is delivered", false},
    {"chinese", "TEXT", "The same for those who read Chinese; without it they get TEXT as well", false},
    {"pin", NULL, "It is in force: apps show it until another pinned notice comes", false},
};

static enum rc send(struct cli *cli, const struct config *config, struct error *err)
{
    struct account_request request = {.op = NOTICE_SEND,
                                      .text = cli->words[0],
                                      .text_chinese = cli_value(cli, "chinese"),
                                      .pinned = cli_has(cli, "pin")};
    char told[ACCOUNT_TOLD_MAX];
    if (!cli_has(cli, "all"))
        TRY(admin_account_name(cli_value(cli, "user"), config, &request.localpart, err));
    TRY(admin_carry_out(config, &request, told, err));
    printf("The notice is on its way.\n");
    return RC_OK;
}

static int run(struct cli *cli)
{
    if (cli_has(cli, "all") == (cli_value(cli, "user").len > 0))
        return cli_fail(cli, CLI_USAGE, "a notice goes to one account or to everybody: --user NAME or --all");
    harden_process();
    return settings_run(cli, send);
}

const struct cli_command cli_admin_notice_send = {
    .name = "admin notice send",
    .words = "TEXT",
    .word_count = 1,
    .summary = "Tell one account, or all, something in the server's own name.",
    .help = "It comes in a room of its own, which people are asked into and cannot decline but may leave. The server\n"
            "delivers it; when none runs, the next one does.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
