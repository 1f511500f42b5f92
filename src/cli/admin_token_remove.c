/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/log.h"
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>

static enum rc take_back(struct cli *cli, const struct config *config, struct error *err)
{
    const struct account_request request = {.op = TOKEN_REMOVE, .id = cli->words[0]};
    char told[ACCOUNT_TOLD_MAX];
    TRY(admin_carry_out(config, &request, told, err));
    printf("%.*s makes no more accounts.\n", STR_ARG(request.id));
    return RC_OK;
}

static int run(struct cli *cli)
{
    harden_process();
    return settings_run(cli, take_back);
}

const struct cli_command cli_admin_token_remove = {
    .name = "admin token remove",
    .words = "ID",
    .word_count = 1,
    .summary = "Take a registration token back, by the identifier `parley admin token list` shows.",
    .help = "Also from whoever is in the middle of signing up with it. Accounts that were made stay.",
    .configured = true,
    .run = run,
};
