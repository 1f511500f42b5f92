/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_notice.h"

#include "cli/harden.h"
#include "cli/settings.h"

enum rc admin_notice_carry_out(struct cli *cli, const struct config *config, struct account_request *request,
                               struct error *err)
{
    char told[ACCOUNT_TOLD_MAX];
    if (!cli_has(cli, "all"))
        TRY(admin_account_name(cli_value(cli, "user"), config, &request->localpart, err));
    return admin_carry_out(config, request, told, err);
}

int admin_notice_run(struct cli *cli, enum rc (*work)(struct cli *cli, const struct config *config, struct error *err))
{
    if (cli_has(cli, "all") == (cli_value(cli, "user").len > 0))
        return cli_fail(cli, CLI_USAGE, "say for whom: --user NAME or --all");
    harden_process();
    return settings_run(cli, work);
}
