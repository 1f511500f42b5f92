/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From the command line to a finished configuration. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "cli/cli.h"
#include "config/config.h"

/* Applies --data, --server-name, --listen and --set, reads --config FILE or parley.conf in the data folder (there need
 * not be one), and finishes. On failure ret_config is not left to be freed. */
enum rc settings_load(const struct cli *cli, struct config *ret_config, struct error *err) MUST_USE;
/* For a command that works on a data folder or asks its server: loads the configuration, quiets the log, runs the work,
 * and tells what went wrong. Returns the exit code. */
int settings_run(struct cli *cli, enum rc (*work)(struct cli *cli, const struct config *config, struct error *err));
/* Makes the data folder, 0700, if there is none. */
enum rc settings_make_data_folder(const struct config *config, struct error *err) MUST_USE;
/* The self-signed certificate of a server that was given none: made when missing or about to expire. */
enum rc settings_make_certificate(const struct config *config, struct error *err) MUST_USE;
/* Takes the data folder for this process until it ends. RC_BUSY when another one has it. */
enum rc settings_lock_data_folder(const struct config *config, struct error *err) MUST_USE;

#endif
