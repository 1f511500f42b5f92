/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/log.h"
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"

#include <stdio.h>
#include <time.h>

static const struct cli_option options[] = {
    {"all", NULL, "Lifted ones as well", false},
    {"json", NULL, "One JSON object a line", false},
};

static void print_day(int64_t ms)
{
    char day[16] = "";
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    if (gmtime_r(&seconds, &parts))
        strftime(day, sizeof day, "%Y-%m-%d", &parts);
    printf("%s", ms ? day : "now       ");
}

static void print_hold(yyjson_val *hold)
{
    print_day(yyjson_get_sint(yyjson_obj_get(hold, "placed_ms")));
    printf(" to ");
    print_day(yyjson_get_sint(yyjson_obj_get(hold, "lifted_ms")));
    printf("  %s%s  %s\n", yyjson_get_str(yyjson_obj_get(hold, "user")),
           yyjson_get_bool(yyjson_obj_get(hold, "quiet")) ? " (quiet)" : "",
           yyjson_get_str(yyjson_obj_get(hold, "reason")));
}

/* One hold at a time: an answer of the running server is one line. */
static enum rc list(struct cli *cli, const struct config *config, struct error *err)
{
    struct account_request request = {.op = HOLD_NEXT};
    for (;;) {
        char told[ACCOUNT_TOLD_MAX];
        yyjson_val *hold;
        TRY(admin_carry_out(config, &request, told, err));
        if (!told[0])
            return RC_OK;
        str text = arena_dup(&cli->arena, str_of(told));
        TRY(json_parse_object(&cli->arena, text, false, &hold, err));
        TRY(json_get_i64(hold, "nid", 0, &request.after, err));
        if (yyjson_get_sint(yyjson_obj_get(hold, "lifted_ms")) && !cli_has(cli, "all"))
            continue;
        if (cli_has(cli, "json"))
            printf("%s\n", told);
        else
            print_hold(hold);
    }
}

static int run(struct cli *cli)
{
    harden_process();
    return settings_run(cli, list);
}

const struct cli_command cli_admin_hold_list = {
    .name = "admin hold list",
    .words = "",
    .summary = "Show legal holds with their reasons, oldest first.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
