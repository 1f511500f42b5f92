/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_media.h"

#include "base/log.h"
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>

const struct cli_option admin_media_options[] = {
    {"reason", "TEXT", "Why. It stands on the record of whose uploads they are", false},
};

static enum rc name_what(const struct cli *cli, const struct config *config, struct account_request *request,
                         struct error *err)
{
    str word = cli->words[0];
    if (!str_starts(word, S("mxc://")))
        return admin_account_name(word, config, &request->localpart, err);
    str server;
    request->id = str_split(str_skip(word, 6), '/', &server);
    if (!str_eq(server, config->server.name) || !request->id.len)
        return error_set(err, RC_INVALID, "an upload here is mxc://%.*s/ID",
                         STR_ARG(str_head(config->server.name, 100)));
    return RC_OK;
}

int admin_media_run(struct cli *cli, enum account_op op)
{
    struct account_request request = {.op = op, .reason = cli_value(cli, "reason")};
    struct config config;
    struct error err = {.text = ""};
    char told[ACCOUNT_TOLD_MAX] = "";
    if (!request.reason.len)
        return cli_fail(cli, CLI_USAGE, "this needs a reason: --reason TEXT");
    harden_process();
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    log_set_level(LOG_WARN);
    enum rc rc = name_what(cli, &config, &request, &err);
    if (rc == RC_OK)
        rc = admin_carry_out(&config, &request, told, &err);
    if (rc == RC_OK)
        printf("%s.\n", told);
    config_fini(&config);
    if (rc != RC_OK)
        return cli_fail(cli, rc == RC_BUSY ? CLI_BUSY : CLI_FAILED, "%s", err.text[0] ? err.text : rc_name(rc));
    return CLI_OK;
}
