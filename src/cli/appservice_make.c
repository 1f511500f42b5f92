/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/cli.h"
#include "crypto/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 60 };

/* What may stand in an account's name and needs no care in an expression. */
static bool is_name(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", name.ptr[i]))
            return false;
    return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

static str registration_of(struct cli *cli, str name)
{
    str as_token = crypto_token_new(env_system(), &cli->arena, "as_");
    str hs_token = crypto_token_new(env_system(), &cli->arena, "hs_");
    str url = cli_value(cli, "url");
    return arena_printf(&cli->arena,
                        "id: %.*s\n"
                        "url: %.*s\n"
                        "as_token: %.*s\n"
                        "hs_token: %.*s\n"
                        "sender_localpart: _%.*s_bot\n"
                        "namespaces:\n"
                        "  users:\n"
                        "    - exclusive: true\n"
                        "      regex: '@_%.*s_.*'\n"
                        "  aliases:\n"
                        "    - exclusive: true\n"
                        "      regex: '#_%.*s_.*'\n"
                        "  rooms: []\n",
                        STR_ARG(name), STR_ARG(url.len ? url : S("null")), STR_ARG(as_token), STR_ARG(hs_token),
                        STR_ARG(name), STR_ARG(name), STR_ARG(name));
}

/* A file of that name may be in use: it is never replaced. */
static enum rc write_new(const char *path, str text, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set(err, errno == EEXIST ? RC_EXISTS : RC_IO, "%.180s: %s", path, strerror(errno));
    bool written = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
    close(fd);
    return written ? RC_OK : error_set(err, RC_IO, "%.180s cannot be written", path);
}

static int run(struct cli *cli)
{
    struct error err = {.text = ""};
    str name = cli->words[0];
    if (!is_name(name))
        return cli_fail(cli, CLI_USAGE, "a name has a-z, 0-9, _ and - only, %d at most", NAME_MAX_BYTES);
    str path = arena_concat(&cli->arena, name, S(".yaml"), STR_NONE), text = registration_of(cli, name);
    if (write_new(path.ptr, text, &err) != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text);
    printf(
        "Made %s. Name it in appservices.files and give the service a copy: whoever has it can act as the service.\n",
        path.ptr);
    return CLI_OK;
}

static const struct cli_option options[] = {
    {"url", "URL", "Where the service is called (default: nowhere)", false},
};

const struct cli_command cli_appservice_make = {
    .name = "appservice make",
    .words = "NAME",
    .word_count = 1,
    .summary = "Make a registration for an application service, NAME.yaml, with fresh tokens.",
    .help = "Accounts @_NAME_… and addresses #_NAME_… are the service's own in it; change that as needed.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
