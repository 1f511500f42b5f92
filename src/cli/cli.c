/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/cli.h"

#include "base/suggest.h"
#include "cli/cli_private.h"
#include "crypto/crypto.h"
#include "media/workshop.h"

#include <stdarg.h>
#include <stdio.h>

#ifndef PARLEY_VERSION
#error "the build defines PARLEY_VERSION"
#endif

str cli_value(const struct cli *cli, const char *name)
{
    for (size_t i = cli->given_count; i-- > 0;) {
        if (strcmp(cli->given[i].option->name, name) == 0)
            return cli->given[i].value;
    }
    return STR_NONE;
}

bool cli_has(const struct cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        if (strcmp(cli->given[i].option->name, name) == 0)
            return true;
    }
    return false;
}

int cli_fail(const struct cli *cli, enum cli_exit code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "parley %s: ", cli->command->name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    if (code == CLI_USAGE)
        fprintf(stderr, "`parley %s --help` shows what it takes.\n", cli->command->name);
    return code;
}

static bool is_help(const char *arg)
{
    return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0 || strcmp(arg, "help") == 0;
}

/* A first part of longer names, such as "admin user"? Then its commands are what the person wants to see. */
static bool is_prefix(struct arena *arena, int argc, char **argv, str *ret_prefix)
{
    str prefix = S("");
    for (int i = 0; i < argc && argv[i][0] != '-'; i++)
        prefix = arena_printf(arena, "%.*s%s%s", STR_ARG(prefix), i ? " " : "", argv[i]);
    *ret_prefix = prefix;
    str with_space = arena_concat(arena, prefix, S(" "), STR_NONE);
    for (size_t i = 0; i < cli_command_count; i++) {
        if (prefix.len && str_starts(str_of(cli_commands[i]->name), with_space))
            return true;
    }
    return false;
}

static int no_command(struct arena *arena, int argc, char **argv)
{
    str typed;
    bool prefix = is_prefix(arena, argc, argv, &typed);
    if (prefix && (int)argc > 0 && is_help(argv[argc - 1])) {
        cli_print_help(typed.ptr);
        return CLI_OK;
    }
    struct suggest suggest;
    suggest_init(&suggest, typed);
    for (size_t i = 0; i < cli_command_count; i++)
        suggest_offer(&suggest, cli_commands[i]->name);
    if (prefix)
        fprintf(stderr, "parley: \"%s\" is not complete", typed.ptr);
    else
        fprintf(stderr, "parley: unknown command \"%s\"", typed.len ? typed.ptr : argv[0]);
    if (suggest.best && !prefix)
        fprintf(stderr, "; did you mean \"%s\"?", suggest.best);
    fprintf(stderr, "\n`parley %s%s--help` lists the commands.\n", prefix ? typed.ptr : "", prefix ? " " : "");
    return CLI_USAGE;
}

static int run_command(struct cli *cli, int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            cli_print_command_help(cli->command);
            return CLI_OK;
        }
    }
    struct error err;
    if (cli_parse(cli, argc, argv, &err) != RC_OK)
        return cli_fail(cli, CLI_USAGE, "%s", err.text);
    if (crypto_init() != RC_OK)
        return cli_fail(cli, CLI_FAILED, "the cryptographic libraries do not start");
    return cli->command->run(cli);
}

int cli_main(int argc, char **argv)
{
    argc = argc > 0 ? argc - 1 : 0;
    argv++;
    if (argc == 0) {
        cli_print_help("");
        return CLI_USAGE;
    }
    /* Not a command: how the server starts the process that decodes pictures. */
    if (argc == 1 && strcmp(argv[0], WORKSHOP_ARGUMENT) == 0)
        return workshop_main();
    if (is_help(argv[0])) {
        cli_print_help("");
        return CLI_OK;
    }
    if (strcmp(argv[0], "--version") == 0 || strcmp(argv[0], "version") == 0) {
        puts("parley " PARLEY_VERSION);
        return CLI_OK;
    }
    int used;
    struct cli cli = {.command = cli_command_find(argc, argv, &used)};
    int code = cli.command ? run_command(&cli, argc - used, argv + used) : no_command(&cli.arena, argc, argv);
    arena_fini(&cli.arena);
    return code;
}
