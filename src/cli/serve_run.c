/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/serve.h"

enum rc serve_run(const struct config *config, struct error *err)
{
    (void)config;
    return error_set(err, RC_UNSUPPORTED, "this build has no server in it");
}
