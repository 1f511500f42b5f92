/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/settings.h"
#include "crypto/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A self-signed certificate is made anew this many days before it expires. */
enum { RENEW_DAYS = 30 };

static enum rc make_folder(str path, struct error *err)
{
    struct arena arena = ARENA_INIT;
    enum rc rc = RC_OK;
    if (mkdir(arena_cstr(&arena, path), 0700) != 0 && errno != EEXIST)
        rc = error_set(err, RC_IO, "%.*s: %s", STR_ARG(str_head(path, 150)), strerror(errno));
    arena_fini(&arena);
    return rc;
}

enum rc settings_make_data_folder(const struct config *config, struct error *err)
{
    return make_folder(config->server.data, err);
}

static enum rc create_certificate(const struct config *config, struct arena *arena, struct error *err)
{
    str name, hosts[5] = {S("localhost"), S("127.0.0.1"), S("::1")};
    str_split(config->server.name, ':', &name);
    hosts[3] = name;
    hosts[4] = config_public_host(config);
    TRY(make_folder(arena_concat(arena, config->server.data, S("/tls"), STR_NONE), err));
    return certificate_create(config->tls.certificate.ptr, config->tls.key.ptr, hosts, 5, err);
}

enum rc settings_make_certificate(const struct config *config, struct error *err)
{
    int days;
    struct error ignored;
    if (!config->tls.own)
        return RC_OK;
    if (access(config->tls.key.ptr, R_OK) == 0
        && certificate_days_left(config->tls.certificate.ptr, &days, &ignored) == RC_OK && days > RENEW_DAYS)
        return RC_OK;
    struct arena arena = ARENA_INIT;
    enum rc rc = create_certificate(config, &arena, err);
    arena_fini(&arena);
    return rc;
}

enum rc settings_lock_data_folder(const struct config *config, struct error *err)
{
    struct arena arena = ARENA_INIT;
    str path = arena_concat(&arena, config->server.data, S("/lock"), STR_NONE);
    /* Stays open until the process ends: that is what holds the lock, kill -9 included. */
    int fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    enum rc rc = RC_OK;
    if (fd < 0)
        rc = error_set(err, RC_IO, "%.150s: %s", path.ptr, strerror(errno));
    else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        rc = error_set(err, RC_BUSY, "the data folder %.*s is in use by another parley",
                       STR_ARG(str_head(config->server.data, 120)));
    if (rc != RC_OK && fd >= 0)
        close(fd);
    arena_fini(&arena);
    return rc;
}
