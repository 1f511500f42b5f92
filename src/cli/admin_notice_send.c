/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_notice.h"

#include <stdio.h>

static const struct cli_option options[] = {
    ADMIN_NOTICE_OPTIONS,
    {"chinese", "TEXT", "The same for those who read Chinese; without it they get TEXT as well", false},
    {"pin", NULL, "It is in force: apps show it until another one is, or `parley admin notice end`", false},
};

static enum rc send(struct cli *cli, const struct config *config, struct error *err)
{
    struct account_request request = {.op = NOTICE_SEND,
                                      .text = cli->words[0],
                                      .text_chinese = cli_value(cli, "chinese"),
                                      .pinned = cli_has(cli, "pin")};
    TRY(admin_notice_carry_out(cli, config, &request, err));
    printf("The notice is on its way.\n");
    return RC_OK;
}

static int run(struct cli *cli)
{
    return admin_notice_run(cli, send);
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
