/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/settings.h"

#include "base/log.h"
#include "cli/cli_private.h"
#include "crypto/crypto.h"

const struct cli_option cli_common_options[] = {
    {"data", "DIR", "The data folder (default: data)", false},
    {"config", "FILE", "The configuration (default: parley.conf in the data folder, if there is one)", false},
    {"server-name", "NAME", "The part of user names behind the colon", false},
    {"listen", "URL", "Listen here instead of at the configured addresses", true},
    {"set", "KEY=VALUE", "Set a configuration key: section.key=value", true},
};
const size_t cli_common_option_count = sizeof cli_common_options / sizeof *cli_common_options;

/* Options that are short for a key. */
static const char *const KEYS[][2] = {
    {"data", "server.data"}, {"server-name", "server.name"}, {"listen", "listen.address"}};

static enum rc apply_options(const struct cli *cli, struct config *config, struct error *err)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        const struct cli_given *given = &cli->given[i];
        if (strcmp(given->option->name, "set") == 0)
            TRY(config_set_assignment(config, given->value, err));
        for (size_t k = 0; k < sizeof KEYS / sizeof *KEYS; k++) {
            if (strcmp(given->option->name, KEYS[k][0]) == 0)
                TRY(config_set(config, str_of(KEYS[k][1]), given->value, err));
        }
    }
    return RC_OK;
}

static enum rc read_file(const struct cli *cli, struct config *config, struct error *err)
{
    struct arena arena = ARENA_INIT;
    str named = cli_value(cli, "config");
    str path = named.ptr ? named : arena_concat(&arena, config->server.data, S("/parley.conf"), STR_NONE);
    enum rc rc = config_read_file(config, arena_cstr(&arena, path), err);
    arena_fini(&arena);
    return rc == RC_NOT_FOUND && !named.ptr ? RC_OK : rc;
}

enum rc settings_load(const struct cli *cli, struct config *ret_config, struct error *err)
{
    config_init(ret_config);
    enum rc rc = apply_options(cli, ret_config, err);
    if (rc == RC_OK)
        rc = read_file(cli, ret_config, err);
    if (rc == RC_OK)
        rc = config_finish(ret_config, err);
    if (rc == RC_OK)
        crypto_password_set_memory((size_t)ret_config->accounts.password_memory);
    else
        config_fini(ret_config);
    return rc;
}

int settings_run(struct cli *cli, enum rc (*work)(struct cli *cli, const struct config *config, struct error *err))
{
    struct config config;
    struct error err = {.text = ""};
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    log_set_level(LOG_WARN);
    enum rc rc = work(cli, &config, &err);
    config_fini(&config);
    if (rc != RC_OK)
        return cli_fail(cli, rc == RC_BUSY ? CLI_BUSY : CLI_FAILED, "%s", err.text[0] ? err.text : rc_name(rc));
    return CLI_OK;
}
