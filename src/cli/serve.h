/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "config/config.h"

/* Builds the parts of the server, prints where it can be reached, and serves until SIGTERM or SIGINT, then drains.
 * The data folder is there and locked, the process hardened and no longer root, no other thread runs yet. */
enum rc serve_run(const struct config *config, struct error *err) MUST_USE;

#endif
