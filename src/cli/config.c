/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"
#include "cli/settings.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"defaults", NULL, "Print a documented parley.conf with every key at its default", false},
    {"manual", NULL, "Print the manual of all keys as Markdown", false},
};

/* Their files are part of the configuration. */
static enum rc check_appservices(struct cli *cli, const struct config *config, struct error *err)
{
    const struct config_list *files = &config->appservices.files;
    struct appservices services;
    return appservices_read(&cli->arena, files->items, files->count, config->server.name, &services, err);
}

static enum rc write_wanted(struct cli *cli, struct strbuf *out, struct error *err)
{
    if (cli_has(cli, "defaults")) {
        config_write_defaults(out);
        return RC_OK;
    }
    if (cli_has(cli, "manual")) {
        config_write_manual(out);
        return RC_OK;
    }
    struct config config;
    TRY(settings_load(cli, &config, err));
    enum rc rc = check_appservices(cli, &config, err);
    if (rc == RC_OK)
        config_write_current(&config, out);
    config_fini(&config);
    return rc;
}

static int run(struct cli *cli)
{
    struct strbuf out = STRBUF_INIT;
    struct error err;
    if (write_wanted(cli, &out, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    bool written = fwrite(out.ptr, 1, out.len, stdout) == out.len && fflush(stdout) == 0;
    strbuf_fini(&out);
    return written ? CLI_OK : cli_fail(cli, CLI_FAILED, "cannot write to standard output");
}

const struct cli_command cli_config = {
    .name = "config",
    .words = "",
    .summary = "Check the configuration and print what is in force.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
