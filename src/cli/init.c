/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc write_file(const char *path, str text, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, errno == EEXIST ? RC_EXISTS : RC_IO, "%.150s: %s", path, strerror(errno));
    bool ok = write(fd, text.ptr, text.len) == (ssize_t)text.len && fsync(fd) == 0;
    int reason = errno;
    close(fd);
    if (ok)
        return RC_OK;
    unlink(path);
    return error_set(err, RC_IO, "%.150s: %s", path, strerror(reason));
}

static enum rc make(const struct config *config, const char *conf_path, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    TRY(settings_make_data_folder(config, err));
    TRY(settings_make_certificate(config, err));
    config_write_file(config, &text);
    enum rc rc = write_file(conf_path, strbuf_str(&text), err);
    strbuf_fini(&text);
    return rc;
}

static int run(struct cli *cli)
{
    struct config config;
    struct error err = {.text = ""};
    umask(077);
    if (settings_load(cli, &config, &err) != RC_OK)
        return cli_fail(cli, CLI_CONFIG, "%s", err.text);
    str conf_path = arena_concat(&cli->arena, config.server.data, S("/parley.conf"), STR_NONE);
    enum rc rc = make(&config, conf_path.ptr, &err);
    config_fini(&config);
    if (rc != RC_OK)
        return cli_fail(cli, CLI_FAILED, "%s", err.text);
    printf("Made %s. Read it through, then start the server with `parley serve --data %.*s`.\n", conf_path.ptr,
           (int)(conf_path.len - strlen("/parley.conf")), conf_path.ptr);
    return CLI_OK;
}

const struct cli_command cli_init = {
    .name = "init",
    .words = "",
    .summary = "Make a data folder with a documented parley.conf and a certificate.",
    .help = "Values given here by --server-name, --listen and --set are written into the new parley.conf. An existing\n"
            "parley.conf is left as it is, and that is an error.",
    .configured = true,
    .run = run,
};
