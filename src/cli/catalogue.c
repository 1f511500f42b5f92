/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The catalogue of this build, for auditors: no data folder is needed (obligations 0.8, 4.7). */
#include "catalogue/words.h"
#include "cli/cli.h"
#include "privacy/catalogue_shown.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"json", NULL, "all of it, as one object", false},
};

static void print_json(struct cli *cli)
{
    str text = json_mut_text(&cli->arena, catalogue_json(json_new(&cli->arena)));
    printf("%.*s\n", STR_ARG(text));
}

/* "chat/event": the store or medium, and where in it. */
static str place_of(struct cli *cli, const struct catalogue_row *row)
{
    return arena_printf(&cli->arena, "%s/%s", place_name(row->place), row->table);
}

static void print_row(struct cli *cli, const struct catalogue_row *row)
{
    struct strbuf kept = STRBUF_INIT;
    retention_add_words(&kept, row, LANGUAGE_EN);
    printf("%-20s %-10s %-11s %-28.*s %-9s %.*s\n", row->name, class_name(row->class), grade_name(row->grade),
           STR_ARG(place_of(cli, row)), erasure_name(row->erasure), STR_ARG(strbuf_str(&kept)));
    strbuf_fini(&kept);
}

static int run(struct cli *cli)
{
    if (cli_has(cli, "json")) {
        print_json(cli);
        return CLI_OK;
    }
    printf("%-20s %-10s %-11s %-28s %-9s %s\n", "FIELD", "CLASS", "GRADE", "PLACE", "ERASURE", "KEPT");
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        print_row(cli, catalogue_row((enum personal_field)field));
    return CLI_OK;
}

const struct cli_command cli_catalogue = {
    .name = "catalogue",
    .words = "",
    .summary = "List every kind of personal data this program holds.",
    .help =
        "One line a kind: how sensitive it is, who may see it, where it is, what erasing does to it, how long it is\n"
        "kept. With --json everything, as the running server shows it at /_parley/v1/catalogue; /policy/data has it\n"
        "in words. Needs no data folder.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
