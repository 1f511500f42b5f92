/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_CLI_PRIVATE_H
#define CLI_CLI_PRIVATE_H

#include "cli/cli.h"

/* The options every command with `configured` takes: cli/settings.c. */
extern const struct cli_option cli_common_options[];
extern const size_t cli_common_option_count;

/* Finds the command whose name argv begins with; *ret_used is how many words that were. NULL: none. */
const struct cli_command *cli_command_find(int argc, char **argv, int *ret_used);
/* Fills cli->given and cli->words from what follows the command's name. RC_INVALID with the usual words in err. */
enum rc cli_parse(struct cli *cli, int argc, char **argv, struct error *err) MUST_USE;

/* Help of everything, of the commands that begin with `prefix`, of one command. */
void cli_print_help(const char *prefix);
void cli_print_command_help(const struct cli_command *command);

#endif
