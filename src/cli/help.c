/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/cli_private.h"

#include <stdio.h>

enum { NAME_WIDTH = 22 }; /* the longest command and a blank */

static void print_options(const struct cli_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char head[48];
        snprintf(head, sizeof head, "--%s%s%s", options[i].name, options[i].argument ? " " : "",
                 options[i].argument ? options[i].argument : "");
        printf("  %-24s %s%s\n", head, options[i].help, options[i].repeat ? " (repeatable)" : "");
    }
}

void cli_print_command_help(const struct cli_command *command)
{
    printf("Usage: parley %s [OPTIONS]%s%s\n\n%s\n", command->name, command->words[0] ? " " : "", command->words,
           command->summary);
    if (command->help)
        printf("\n%s\n", command->help);
    printf("\nOptions:\n");
    print_options(command->options, command->option_count);
    if (command->configured)
        print_options(cli_common_options, cli_common_option_count);
    print_options(&(struct cli_option){"help", NULL, "Show this", false}, 1);
}

void cli_print_help(const char *prefix)
{
    printf("Usage: parley %s%sCOMMAND [OPTIONS]\n\nParley is group chat that keeps its word.\n\nCommands:\n", prefix,
           prefix[0] ? " " : "");
    for (size_t i = 0; i < cli_command_count; i++) {
        if (str_starts(str_of(cli_commands[i]->name), str_of(prefix)))
            printf("  %-*s %s\n", NAME_WIDTH, cli_commands[i]->name, cli_commands[i]->summary);
    }
    printf("\n`parley COMMAND --help` explains one of them, `parley --version` shows the version.\n"
           "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 wrong configuration, 4 data folder in use.\n");
}
