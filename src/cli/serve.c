/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/serve.h"

#include "base/log.h"
#include "cli/harden.h"
#include "cli/heap.h"
#include "cli/settings.h"

/* In this order: the folder may have to be made as root, everything in it belongs to the user we become. */
static enum rc prepare(const struct config *config, struct error *err)
{
    TRY(settings_make_data_folder(config, err));
    TRY(harden_drop_root(config->server.user, config->server.data, err));
    if (harden_is_root())
        log_note(LOG_WARN, "running as root: set server.user to an unprivileged account");
    TRY(settings_lock_data_folder(config, err));
    return settings_make_certificate(config, err);
}

static int run(struct cli *cli)
{
    struct config config;
    struct error err = {.text = ""};
    harden_process();
    heap_settle();
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    config_apply_log(&config);
    enum rc rc = prepare(&config, &err);
    if (rc == RC_OK)
        rc = serve_run(&config, &err);
    config_fini(&config);
    if (rc != RC_OK)
        return cli_fail(cli, rc == RC_BUSY ? CLI_BUSY : CLI_FAILED, "%s", err.text[0] ? err.text : rc_name(rc));
    return CLI_OK;
}

const struct cli_command cli_serve = {
    .name = "serve",
    .words = "",
    .summary = "Run the server.",
    .help = "Needs nothing but a data folder, which it makes on first start together with keys, stores and a\n"
            "self-signed certificate. SIGTERM stops it gracefully, SIGHUP reads the certificate and the\n"
            "registrations of application services again.",
    .configured = true,
    .run = run,
};
