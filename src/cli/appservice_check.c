/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"
#include "cli/settings.h"

#include <stdio.h>

static void show_namespaces(const char *what, const struct appservice_namespaces *namespaces)
{
    for (size_t i = 0; i < namespaces->count; i++)
        printf("%-9s %.*s%s\n", what, STR_ARG(namespaces->items[i].regex),
               namespaces->items[i].exclusive ? "  (nobody else makes such)" : "");
}

static void show(const struct appservice *service)
{
    printf("id        %.*s\n", STR_ARG(service->id));
    printf("called at %.*s\n", STR_ARG(service->url.len ? service->url : S("nowhere")));
    printf("account   %.*s\n", STR_ARG(service->sender_id));
    show_namespaces("accounts", &service->users);
    show_namespaces("addresses", &service->aliases);
    show_namespaces("rooms", &service->rooms);
    for (size_t i = 0; i < service->protocol_count; i++)
        printf("network   %.*s\n", STR_ARG(service->protocols[i]));
    printf("limits    %s\n", service->rate_limited ? "as for people, but for its own account" : "none");
    printf("told of   messages%s\n", service->receive_ephemeral ? ", typing, receipts and presence" : "");
    if (service->short_tokens)
        printf("A token is shorter than %d characters: make longer ones.\n", APPSERVICE_GOOD_TOKEN);
}

/* Together with those the configuration names: what two have in common is refused. */
static enum rc check(struct cli *cli, const struct config *config, struct error *err)
{
    const struct config_list *files = &config->appservices.files;
    str *paths = arena_array(&cli->arena, str, files->count + 1), path = cli->words[0];
    size_t count = 0;
    struct appservices services;
    for (size_t i = 0; i < files->count; i++)
        if (!str_eq(files->items[i], path))
            paths[count++] = files->items[i];
    paths[count++] = path;
    TRY(appservices_read(&cli->arena, paths, count, config->server.name, &services, err));
    show(services.items[count - 1]);
    return RC_OK;
}

static int run(struct cli *cli)
{
    return settings_run(cli, check);
}

const struct cli_command cli_appservice_check = {
    .name = "appservice check",
    .words = "FILE",
    .word_count = 1,
    .summary = "Check the registration of an application service and tell what would be its own.",
    .help = "FILE need not be named in the configuration; it is held against those that are.",
    .configured = true,
    .run = run,
};
