/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How long each kind is kept, and what of it is overdue (obligation 4.2). */
#include "privacy/retention.h"
#include "cli/cli.h"
#include "cli/settings.h"
#include "store/look.h"
#include "json/json.h"

#include <inttypes.h>
#include <stdio.h>

static const struct cli_option options[] = {
    {"json", NULL, "As one JSON object", false},
};

struct standing {
    struct retention_line *lines;
    size_t count;
    int64_t late;  /* erasures */
    int64_t rooms; /* whose messages should have gone */
    int64_t overdue;
};

static enum rc take(struct tx *tx, struct standing *ret_standing)
{
    TRY(retention_status(tx, &ret_standing->lines, &ret_standing->count));
    TRY(retention_erasures_overdue(tx, &ret_standing->late));
    TRY(retention_rooms_overdue(tx, &ret_standing->rooms));
    ret_standing->overdue = ret_standing->late + ret_standing->rooms;
    for (size_t i = 0; i < ret_standing->count; i++)
        ret_standing->overdue += ret_standing->lines[i].overdue;
    return RC_OK;
}

/* Of those that go with the account nothing is counted: erasing has removed them, or is late. */
static int64_t overdue_of(const struct standing *standing, const struct catalogue_row *row)
{
    for (size_t i = 0; i < standing->count; i++)
        if (standing->lines[i].field == row->field)
            return standing->lines[i].overdue;
    return 0;
}

static bool is_in_store(const struct catalogue_row *row)
{
    return row->name && place_is_store(row->place);
}

static void print_json(struct cli *cli, const struct standing *standing)
{
    yyjson_mut_doc *doc = json_new(&cli->arena);
    yyjson_mut_val *root = yyjson_mut_obj(doc), *list = yyjson_mut_arr(doc);
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        if (!is_in_store(row))
            continue;
        yyjson_mut_val *object = yyjson_mut_obj(doc);
        json_set_str(doc, object, "field", str_of(row->name));
        json_set_str(doc, object, "table", str_of(row->table));
        json_set_str(doc, object, "rule", str_of(retention_rule_name(row->retention)));
        if (row->retention_days)
            json_set_i64(doc, object, "days", row->retention_days);
        json_set_i64(doc, object, "overdue", overdue_of(standing, row));
        yyjson_mut_arr_append(list, object);
    }
    json_set_i64(doc, root, "overdue", standing->overdue);
    json_set_i64(doc, root, "erasures_overdue", standing->late);
    json_set_i64(doc, root, "rooms_overdue", standing->rooms);
    json_set(doc, root, "fields", list);
    str text = json_mut_text(&cli->arena, root);
    printf("%.*s\n", STR_ARG(text));
}

static void print_text(const struct standing *standing)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = catalogue_row((enum personal_field)field);
        char days[24] = "";
        if (!is_in_store(row))
            continue;
        if (row->retention_days)
            snprintf(days, sizeof days, "%d", row->retention_days);
        printf("%-18s %-20s %5s  %" PRId64 " overdue\n", row->name, retention_rule_name(row->retention), days,
               overdue_of(standing, row));
    }
    printf("%-18s %-20s %5s  %" PRId64 " overdue\n", "erasures", "when due", "", standing->late);
    printf("%-18s %-20s %5s  %" PRId64 " overdue\n", "rooms", "m.room.retention", "", standing->rooms);
    puts(standing->overdue ? "Something is kept longer than it may be. Is the server running?" : "Nothing is overdue.");
}

static enum rc look(struct cli *cli, const struct config *config, struct error *err)
{
    struct standing standing = {0};
    struct tx tx;
    TRY(store_look(arena_cstr(&cli->arena, config->server.data), &cli->arena, &tx, err));
    enum rc rc = take(&tx, &standing);
    store_look_end(&tx);
    if (rc != RC_OK)
        return error_set(err, rc, "the stores do not say what is overdue");
    if (cli_has(cli, "json"))
        print_json(cli, &standing);
    else
        print_text(&standing);
    return standing.overdue ? RC_EXPIRED : RC_OK;
}

static int run(struct cli *cli)
{
    struct config config;
    struct error err = {.text = ""};
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    enum rc rc = look(cli, &config, &err);
    config_fini(&config);
    if (rc == RC_EXPIRED)
        return CLI_FAILED;
    return rc == RC_OK ? CLI_OK : cli_fail(cli, CLI_FAILED, "%s", err.text);
}

const struct cli_command cli_retention = {
    .name = "retention",
    .words = "",
    .summary = "Show how long each kind of personal data is kept, and what of it is overdue.",
    .help = "Only reads; the server may run. Exits with 0 when nothing is overdue, and with 1 when something is: the\n"
            "server removes what has come to its end within minutes, so that means it does not run or is failing.",
    .configured = true,
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
