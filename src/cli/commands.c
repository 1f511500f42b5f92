/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/cli.h"

extern const struct cli_command cli_serve, cli_init, cli_doctor, cli_config;

/* In the order --help shows them. */
const struct cli_command *const cli_commands[] = {&cli_serve, &cli_init, &cli_doctor, &cli_config};
const size_t cli_command_count = sizeof cli_commands / sizeof *cli_commands;
