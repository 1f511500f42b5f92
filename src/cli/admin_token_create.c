/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/log.h"
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>

enum { LENGTH = 24 };

static const struct cli_option options[] = {
    {"uses", "N", "How many accounts may be made with it; without it: any number", false},
    {"expires", "TIME", "For how long, like \"7 d\" or \"12 h\"; without it: until it is removed", false},
    {"length", "N", "Its characters, 16 to 64; without it: 24", false},
    {"json", NULL, "One JSON object", false},
};

static enum rc read_number(const struct cli *cli, const char *name, int64_t *number, struct error *err)
{
    str text = cli_value(cli, name);
    if (!text.ptr)
        return RC_OK;
    if (str_to_i64(text, number) != RC_OK || *number < 1)
        return error_set(err, RC_INVALID, "--%s takes a whole number from 1", name);
    return RC_OK;
}

static enum rc read_options(const struct cli *cli, struct account_request *ret_request, struct error *err)
{
    str expires = cli_value(cli, "expires");
    *ret_request = (struct account_request){.op = TOKEN_CREATE, .length = LENGTH};
    TRY(read_number(cli, "uses", &ret_request->uses, err));
    TRY(read_number(cli, "length", &ret_request->length, err));
    if (expires.ptr && (config_duration_read(expires, &ret_request->life_ms) != RC_OK || ret_request->life_ms < 1))
        return error_set(err, RC_INVALID, "--expires takes a time like \"7 d\" or \"12 h\"");
    return RC_OK;
}

static enum rc create(struct cli *cli, const struct config *config, struct error *err)
{
    struct account_request request;
    char told[ACCOUNT_TOLD_MAX];
    yyjson_val *object;
    str token;
    TRY(read_options(cli, &request, err));
    TRY(admin_carry_out(config, &request, told, err));
    if (cli_has(cli, "json")) {
        printf("%s\n", told);
        return RC_OK;
    }
    TRY(json_parse_object(&cli->arena, arena_dup(&cli->arena, str_of(told)), false, &object, err));
    TRY(json_need_str(object, "token", &token, err));
    printf("%.*s\n", STR_ARG(token));
    return RC_OK;
}

static int run(struct cli *cli)
{
    struct account_request request;
    struct error err = {.text = ""};
    if (read_options(cli, &request, &err) != RC_OK)
        return cli_fail(cli, CLI_USAGE, "%s", err.text);
    harden_process();
    return settings_run(cli, create);
}

const struct cli_command cli_admin_token_create = {
    .name = "admin token create",
    .words = "",
    .summary = "Make a registration token and print it.",
    .help = "It is shown this once: what is stored of it is a hash. registration.token_required makes tokens needed.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
