/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_media.h"

static int run(struct cli *cli)
{
    return admin_media_run(cli, MEDIA_RELEASE);
}

const struct cli_command cli_admin_media_release = {
    .name = "admin media release",
    .words = "WHAT",
    .word_count = 1,
    .summary = "Show an upload, or all uploads of an account, again.",
    .help = "WHAT as for `parley admin media quarantine`.",
    .configured = true,
    .options = admin_media_options,
    .option_count = ADMIN_MEDIA_OPTIONS,
    .run = run,
};
