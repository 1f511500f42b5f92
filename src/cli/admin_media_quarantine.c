/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/admin_media.h"

static int run(struct cli *cli)
{
    return admin_media_run(cli, MEDIA_QUARANTINE);
}

const struct cli_command cli_admin_media_quarantine = {
    .name = "admin media quarantine",
    .words = "WHAT",
    .word_count = 1,
    .summary = "Show an upload, or all uploads of an account, to nobody.",
    .help = "WHAT is mxc://SERVER/ID, or an account's name for everything it has uploaded so far. It is answered like "
            "what is not\n"
            "there, small pictures too, and its owner cannot upload the same bytes again; nothing is removed, and\n"
            "`parley admin media release` takes it back. What clients have already is theirs.",
    .configured = true,
    .options = admin_media_options,
    .option_count = ADMIN_MEDIA_OPTIONS,
    .run = run,
};
