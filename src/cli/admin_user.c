/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_user.h"

#include "admin/control.h"
#include "cli/harden.h"
#include "cli/password.h"
#include "cli/settings.h"
#include "crypto/crypto.h"
#include "privacy/policy_text.h"

#include <stdio.h>

enum rc admin_account_name(str word, const struct config *config, str *ret_localpart, struct error *err)
{
    str localpart = str_starts(word, S("@")) ? str_skip(word, 1) : word;
    str server = str_split(localpart, ':', &localpart);
    if (server.ptr && !str_eq(server, config->server.name))
        return error_set(err, RC_INVALID, "this server is %.*s", STR_ARG(str_head(config->server.name, 100)));
    *ret_localpart = localpart;
    return RC_OK;
}

static enum rc run_here(const struct config *config, const struct account_request *request, char told[ACCOUNT_TOLD_MAX],
                        struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct store *store;
    struct store_config settings = {.folder = arena_cstr(&arena, config->server.data),
                                    .server_name = config->server.name,
                                    .cache_bytes = (size_t)config->cache.bytes,
                                    .readers = 1};
    enum rc rc = store_open(env_system(), &settings, &store, err);
    if (rc == RC_OK) {
        rc = account_run(store, request, told, err);
        store_close(&store);
    }
    arena_fini(&arena);
    return rc;
}

/* A command may carry out several requests; the folder is this process's from the first on. */
static enum rc take_data_folder(const struct config *config, struct error *err)
{
    static bool taken;
    if (taken)
        return RC_OK;
    TRY(settings_make_data_folder(config, err));
    TRY(harden_become_owner(config->server.data, err));
    TRY(settings_lock_data_folder(config, err));
    taken = true;
    return RC_OK;
}

enum rc admin_carry_out(const struct config *config, const struct account_request *request, char told[ACCOUNT_TOLD_MAX],
                        struct error *err)
{
    bool no_server;
    enum rc rc = control_ask(config->server.data, request, told, &no_server, err);
    if (!no_server)
        return rc;
    TRY(take_data_folder(config, err));
    return run_here(config, request, told, err);
}

/* Whose versions count when no server runs. */
static enum rc load_policy(const struct config *config, struct policy **ret_policy, struct error *err)
{
    const struct policy_operator nobody = {0};
    return policy_new(config->policy.root.len ? config->policy.root.ptr : NULL, &nobody, ret_policy, err);
}

static enum rc prepare(struct cli *cli, const struct config *config, struct account_request *request,
                       bool with_password, struct error *err)
{
    str password;
    TRY(admin_account_name(cli->words[0], config, &request->localpart, err));
    if (!with_password)
        return RC_OK;
    TRY(password_ask(&cli->arena, &password, err));
    enum rc rc = crypto_password_hash(&cli->arena, password, &request->password_hash);
    crypto_wipe((void *)password.ptr, password.len);
    return rc;
}

int admin_user_run(struct cli *cli, struct account_request request, bool with_password, const char *done)
{
    struct config config;
    struct error err = {.text = ""};
    char told[ACCOUNT_TOLD_MAX] = "";
    harden_process();
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    log_set_level(LOG_WARN);
    struct policy *policy = NULL;
    enum rc rc = prepare(cli, &config, &request, with_password, &err);
    if (rc == RC_OK && request.op == ACCOUNT_BOUND)
        rc = load_policy(&config, &policy, &err);
    request.policy = policy;
    if (rc == RC_OK)
        rc = admin_carry_out(&config, &request, told, &err);
    if (rc == RC_OK)
        printf("@%.*s:%.*s %s.\n", STR_ARG(request.localpart), STR_ARG(config.server.name), told[0] ? told : done);
    policy_free(&policy);
    config_fini(&config);
    if (rc != RC_OK)
        return cli_fail(cli, rc == RC_BUSY ? CLI_BUSY : CLI_FAILED, "%s", err.text[0] ? err.text : rc_name(rc));
    return CLI_OK;
}
