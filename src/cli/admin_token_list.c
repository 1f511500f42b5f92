/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/log.h"
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>
#include <time.h>

static const struct cli_option options[] = {
    {"json", NULL, "One JSON object a line", false},
};

static void print_uses(yyjson_val *token)
{
    int64_t most = yyjson_get_sint(yyjson_obj_get(token, "max_uses"));
    printf("%lld", (long long)yyjson_get_sint(yyjson_obj_get(token, "uses")));
    if (most)
        printf(" of %lld", (long long)most);
    printf(" used");
}

static void print_until(yyjson_val *token)
{
    time_t seconds = (time_t)(yyjson_get_sint(yyjson_obj_get(token, "expires_ms")) / 1000);
    struct tm parts;
    char text[32] = "";
    if (!seconds || !gmtime_r(&seconds, &parts))
        return;
    strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    printf(", until %s", text);
}

static void print_token(yyjson_val *token)
{
    printf("%.*s  ", STR_ARG(json_str_of(yyjson_obj_get(token, "id"))));
    print_uses(token);
    print_until(token);
    printf("%s\n", yyjson_get_bool(yyjson_obj_get(token, "valid")) ? "" : " (makes no more accounts)");
}

/* One at a time: an answer of the running server is one line. */
static enum rc list(struct cli *cli, const struct config *config, struct error *err)
{
    struct account_request request = {.op = TOKEN_NEXT};
    for (;;) {
        char told[ACCOUNT_TOLD_MAX];
        yyjson_val *token;
        TRY(admin_carry_out(config, &request, told, err));
        if (!told[0])
            return RC_OK;
        TRY(json_parse_object(&cli->arena, arena_dup(&cli->arena, str_of(told)), false, &token, err));
        TRY(json_get_i64(token, "nid", 0, &request.after, err));
        if (cli_has(cli, "json"))
            printf("%s\n", told);
        else
            print_token(token);
    }
}

static int run(struct cli *cli)
{
    harden_process();
    return settings_run(cli, list);
}

const struct cli_command cli_admin_token_list = {
    .name = "admin token list",
    .words = "",
    .summary = "Show registration tokens by their identifiers, oldest first.",
    .help = "The tokens themselves are not stored and cannot be shown again.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
