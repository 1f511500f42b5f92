/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/email.h"
#include "config/config_private.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc take_apart_listens(struct config *config, struct error *err)
{
    size_t count = config->listen.urls.count;
    if (count == 0)
        return error_set(err, RC_INVALID, "listen.address names no address");
    struct config_address *addresses = arena_array(&config->p->arena, struct config_address, count);
    for (size_t i = 0; i < count; i++) {
        str url = config->listen.urls.items[i];
        TRY(config_address_read(url, &addresses[i]));
        if (!addresses[i].tls && !config_address_is_loopback(&addresses[i]) && !config->proxy.trusted.count)
            return error_set(err, RC_INVALID,
                             "listen.address: %.*s would send passwords unprotected over the network; use https, a "
                             "loopback address, or name your reverse proxy in proxy.trusted",
                             STR_ARG(str_head(url, 80)));
    }
    config->listen.addresses = addresses;
    config->listen.count = count;
    return RC_OK;
}

static enum rc take_apart_metrics(struct config *config, struct error *err)
{
    config->metrics.on = !str_eq(config->metrics.listen, S("off"));
    if (!config->metrics.on)
        return RC_OK;
    TRY(config_address_read(config->metrics.listen, &config->metrics.address));
    if (config->metrics.address.tls || !config_address_is_loopback(&config->metrics.address))
        return error_set(err, RC_INVALID, "metrics.listen must be plain http on a loopback address, or off");
    return RC_OK;
}

static str data_path(struct config *config, const char *name)
{
    return arena_printf(&config->p->arena, "%.*s/%s", STR_ARG(config->server.data), name);
}

static enum rc complete_tls(struct config *config, struct error *err)
{
    if (!config->tls.certificate.len != !config->tls.key.len)
        return error_set(err, RC_INVALID, "tls.certificate and tls.key go together: one of them is missing");
    config->tls.own = !config->tls.certificate.len;
    if (config->tls.own) {
        config->tls.certificate = data_path(config, "tls/certificate.pem");
        config->tls.key = data_path(config, "tls/key.pem");
    }
    return RC_OK;
}

/* The port is written out: which one a mail server takes mail at is not to be guessed. */
static enum rc read_mail_server(struct config *config, struct config_address *ret_address)
{
    str url = config->email.server, rest;
    bool tls = str_starts(url, S("smtps://"));
    if (!tls && !str_starts(url, S("smtp://")))
        return RC_INVALID;
    rest = str_skip(url, tls ? 8 : 7);
    TRY(config_address_read(arena_concat(&config->p->arena, S("http://"), rest, STR_NONE), ret_address));
    ret_address->tls = tls;
    return ret_address->port && !str_ends(rest, S("/")) ? RC_OK : RC_INVALID;
}

static enum rc check_email(struct config *config, struct error *err)
{
    struct config_address address;
    struct email from;
    if (!config->email.server.len)
        return RC_OK;
    if (read_mail_server(config, &address) != RC_OK)
        return error_set(err, RC_INVALID,
                         "email.server must be like smtp://mail.example.org:587 or smtps://mail.example.org:465");
    if (email_parse(config->email.from, &from) != RC_OK)
        return error_set(err, RC_INVALID, "email.from must be an e-mail address such as no-reply@example.org");
    if (!config->email.user.len != !config->email.password_file.len)
        return error_set(err, RC_INVALID, "email.user and email.password_file go together: one of them is missing");
    config->email.from = arena_dup(&config->p->arena, str_of(from.text));
    config->email.plain = !address.tls && !config->email.authorities.len && config_address_is_loopback(&address);
    return RC_OK;
}

static bool is_wildcard(str host)
{
    return str_eq(host, S("0.0.0.0")) || str_eq(host, S("::"));
}

/* The first address one could type into a browser. A server that listens on all addresses is known by its name. */
static str make_public_url(struct config *config)
{
    struct arena *arena = &config->p->arena;
    const struct config_address *address = &config->listen.addresses[0];
    const char *scheme = address->tls ? "https" : "http";
    str host = address->host;
    if (is_wildcard(host))
        str_split(config->server.name, ':', &host);
    if (host.len && memchr(host.ptr, ':', host.len))
        host = arena_concat(arena, S("["), host, S("]"));
    if (!address->port || address->port == (address->tls ? 443 : 80))
        return arena_printf(arena, "%s://%.*s", scheme, STR_ARG(host));
    return arena_printf(arena, "%s://%.*s:%d", scheme, STR_ARG(host), address->port);
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A folder that came with the program: beside the build folder of a source tree, or below the prefix's share/parley.
 * Empty when there is neither. */
static str find_shared(struct config *config, const char *in_source, const char *installed)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len <= 0)
        return S("");
    str folder = str_from(program, (size_t)len);
    while (folder.len && folder.ptr[folder.len - 1] != '/')
        folder.len--;
    const char *const forms[][2] = {{"../", in_source}, {"../share/parley/", installed}};
    for (size_t i = 0; i < 2; i++) {
        str path = arena_printf(&config->p->arena, "%.*s%s%s", STR_ARG(folder), forms[i][0], forms[i][1]);
        if (is_folder(path.ptr))
            return path;
    }
    return S("");
}

static enum rc check_retention(const struct config *config, struct error *err)
{
    int64_t least = config->rooms.retention_min, most = config->rooms.retention_max;
    if (most && least > most)
        return error_set(err, RC_INVALID, "rooms.retention_min is longer than rooms.retention_max");
    return RC_OK;
}

enum rc config_finish(struct config *config, struct error *err)
{
    TRY(take_apart_listens(config, err));
    TRY(take_apart_metrics(config, err));
    TRY(complete_tls(config, err));
    TRY(check_email(config, err));
    TRY(check_retention(config, err));
    if (!config->server.public_url.len)
        config->server.public_url = make_public_url(config);
    if (!config->outbox.file.len)
        config->outbox.file = data_path(config, "outbox.jsonl");
    if (!config->web.root.len)
        config->web.root = find_shared(config, "web/dist", "web");
    if (!config->operator.officer_email.len)
        config->operator.officer_email = config->operator.email;
    return RC_OK;
}

str config_public_host(const struct config *config)
{
    struct config_address address;
    return config_address_read(config->server.public_url, &address) == RC_OK ? address.host : S("localhost");
}
