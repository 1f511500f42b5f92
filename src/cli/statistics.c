/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/statistics.h"
#include "base/log.h"
#include "cli/admin_user.h"
#include "cli/harden.h"
#include "cli/settings.h"
#include "privacy/desensitise.h"

#include <stdio.h>

enum { LABEL_WIDTH = 20 };

static const struct cli_option options[] = {
    {"release", "NAME", "Ask this one anew; costs of the budget, once a day at most", true},
    {"json", NULL, "One JSON object a line", false},
};

static void print_standing(yyjson_val *told)
{
    printf("\nLeft of this year's privacy budget: %.1f of %.1f, %.1f an answer.\n",
           (double)yyjson_get_sint(yyjson_obj_get(told, "left_micro")) / 1e6, (double)STATISTICS_BUDGET / 1e6,
           (double)STATISTICS_EPSILON / 1e6);
}

static void print_numbers(yyjson_val *numbers)
{
    size_t i, count;
    yyjson_val *number;
    yyjson_arr_foreach(numbers, i, count, number)
    {
        yyjson_val *value = yyjson_obj_get(number, "count");
        str label = json_str_of(yyjson_obj_get(number, "label"));
        printf("  %.*s%*s ", STR_ARG(label), label.len < LABEL_WIDTH ? LABEL_WIDTH - (int)label.len : 0, "");
        if (yyjson_is_null(value))
            printf("%10s\n", "too few");
        else
            printf("%10lld\n", (long long)yyjson_get_sint(value));
    }
}

static void print_answer(struct arena *arena, const char *name, const char *title, yyjson_val *answer)
{
    printf("%s: %s", name, title);
    if (yyjson_is_null(answer)) {
        printf("\n  not asked yet: --release %s\n", name);
        return;
    }
    str day = desensitise_time(arena, yyjson_get_sint(yyjson_obj_get(answer, "at_ms")));
    printf(", on %.*s, give or take %lld\n", STR_ARG(day),
           (long long)yyjson_get_sint(yyjson_obj_get(answer, "margin")));
    print_numbers(yyjson_obj_get(answer, "numbers"));
}

static bool is_asked(const struct cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        if (str_eq(str_of(cli->given[i].option->name), S("release")) && str_eq(cli->given[i].value, str_of(name)))
            return true;
    }
    return false;
}

static enum rc check_names(const struct cli *cli, struct error *err)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        size_t at = 0;
        if (!str_eq(str_of(cli->given[i].option->name), S("release")))
            continue;
        while (statistics_query_name(at) && !str_eq(cli->given[i].value, str_of(statistics_query_name(at))))
            at++;
        if (!statistics_query_name(at))
            return error_set(err, RC_NOT_FOUND, "there is no statistic \"%.*s\"; `parley statistics` lists them",
                             STR_ARG(str_head(cli->given[i].value, 40)));
    }
    return RC_OK;
}

/* One question at a time: an answer of the running server is one line. */
static enum rc tell_all(struct cli *cli, const struct config *config, struct error *err)
{
    bool json = cli_has(cli, "json");
    yyjson_val *object = NULL;
    TRY(check_names(cli, err));
    for (size_t i = 0; statistics_query_name(i); i++) {
        const char *name = statistics_query_name(i);
        struct account_request request = {.op = STATISTICS_TELL, .query = str_of(name), .release = is_asked(cli, name)};
        char told[ACCOUNT_TOLD_MAX];
        TRY(admin_carry_out(config, &request, told, err));
        if (json)
            printf("%s\n", told);
        TRY(json_parse_object(&cli->arena, arena_dup(&cli->arena, str_of(told)), false, &object, err));
        if (!json)
            print_answer(&cli->arena, name, statistics_query_title(i), yyjson_obj_get(object, "answer"));
    }
    if (!json)
        print_standing(object);
    return RC_OK;
}

static int run(struct cli *cli)
{
    harden_process();
    return settings_run(cli, tell_all);
}

const struct cli_command cli_statistics = {
    .name = "statistics",
    .words = "",
    .summary = "Show and release numbers that tell nothing of anybody.",
    .help =
        "Shows the last answer to each question, and asks those named with --release anew. Every number has noise\n"
        "in it, those that may be of too few people are left out, and each answer costs of a yearly privacy budget,\n"
        "past which none is given. What is shown can be published.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
