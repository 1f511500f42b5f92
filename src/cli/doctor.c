/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"
#include "cli/settings.h"
#include "crypto/certificate.h"
#include "crypto/crypto.h"
#include "media/sandbox.h"
#include "media/workshop.h"
#include "privacy/checks/checks.h"
#include "privacy/policy_text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum verdict { GOOD, WARNING, BAD };

enum { FEW_FILES = 4096, FEW_DAYS = 14 };
#define LITTLE_SPACE (UINT64_C(1) << 30)

/* One thing looked at: prints a line and tells whether it is bad. */
static bool say(enum verdict verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool say(enum verdict verdict, const char *format, ...)
{
    static const char *const marks[] = {"ok     ", "warning", "BAD    "};
    va_list args;
    printf("%s  ", marks[verdict]);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
    return verdict == BAD;
}

static bool look_at_data_folder(const struct config *config)
{
    struct stat st;
    const char *path = config->server.data.ptr;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? say(WARNING, "data folder %s is not there yet: it is made on first start", path)
                               : say(BAD, "data folder %s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode) || access(path, R_OK | W_OK | X_OK) != 0)
        return say(BAD, "data folder %s is not a folder this user can write to", path);
    if (st.st_mode & 077)
        return say(BAD, "data folder %s is open to other users: chmod 700 %s", path, path);
    return say(GOOD, "data folder %s", path);
}

static bool look_at_space(const struct config *config)
{
    struct statvfs fs;
    if (statvfs(config->server.data.ptr, &fs) != 0)
        return false;
    uint64_t space = (uint64_t)fs.f_bavail * fs.f_frsize;
    return say(space < LITTLE_SPACE ? WARNING : GOOD, "%llu MiB free for the data folder",
               (unsigned long long)space >> 20);
}

static bool needs_certificate(const struct config *config)
{
    for (size_t i = 0; i < config->listen.count; i++) {
        if (config->listen.addresses[i].tls)
            return true;
    }
    return false;
}

static bool look_at_certificate(const struct config *config)
{
    int days;
    struct error err;
    const char *path = config->tls.certificate.ptr;
    if (!needs_certificate(config))
        return say(GOOD, "no https address: no certificate is needed");
    enum rc rc = certificate_days_left(path, &days, &err);
    if (rc == RC_NOT_FOUND && config->tls.own)
        return say(WARNING, "no certificate yet: a self-signed one is made on first start");
    if (rc != RC_OK)
        return say(BAD, "certificate: %s", err.text);
    if (access(config->tls.key.ptr, R_OK) != 0)
        return say(BAD, "certificate key %s: %s", config->tls.key.ptr, strerror(errno));
    if (days < 0)
        return say(BAD, "certificate %s has expired", path);
    return say(days < FEW_DAYS || config->tls.own ? WARNING : GOOD, "certificate %s: %d days left%s", path, days,
               config->tls.own ? ", self-signed: browsers will warn" : "");
}

static bool look_at_web(const struct config *config)
{
    bool web = config->web.root.len && access(config->web.root.ptr, R_OK | X_OK) == 0;
    return say(web ? GOOD : WARNING, "web app: %s", web ? config->web.root.ptr : "none (Matrix clients work without)");
}

static bool look_at_policy(const struct config *config)
{
    const struct policy_operator nobody = {0};
    struct policy *policy;
    struct error err = {0};
    const char *root = config->policy.root.len ? config->policy.root.ptr : NULL;
    if (crypto_init() != RC_OK || policy_new(root, &nobody, &policy, &err) != RC_OK)
        return say(BAD, "%s", err.text);
    const struct policy_version *version = policy_in_force(&policy->main, env_now_ms(env_system()));
    say(GOOD, "policy: %s, version %.*s of %.*s", root ? root : "built in", STR_ARG(version->version),
        STR_ARG(version->effective));
    policy_free(&policy);
    return false;
}

/* How far a hostile picture would get: starts the process that decodes them, and asks it. */
static bool look_at_pictures(void)
{
    static const struct {
        unsigned part;
        const char *name;
    } parts[] = {
        {SANDBOX_LIMITS, "limits of memory and files"},
        {SANDBOX_UNPRIVILEGED, "no rights"},
        {SANDBOX_CALLS, "few system calls"},
        {SANDBOX_LANDLOCK, "Landlock"},
        {SANDBOX_NAMESPACES, "namespaces"},
        {SANDBOX_EMPTY_ROOT, "empty root folder"},
    };
    char missing[160] = "";
    unsigned held = 0;
    enum rc rc = workshop_look(&held);
    if (rc == RC_UNSUPPORTED)
        return say(WARNING, "pictures: no libvips, no small ones are made");
    if (rc != RC_OK)
        return say(BAD, "pictures: the process that decodes them does not start");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t len = strlen(missing);
        if (!(held & parts[i].part))
            snprintf(missing + len, sizeof missing - len, "%s%s", len ? ", " : "", parts[i].name);
    }
    if (sandbox_is_relaxed())
        return say(WARNING, "pictures: this build has sanitizers and does not limit system calls and memory");
    if (!sandbox_is_closed(held))
        return say(BAD, "pictures: they cannot be shut in here (%s), so no small ones are made", missing);
    if (missing[0])
        return say(WARNING, "pictures: decoded in a sandbox, but this machine does not allow it: %s", missing);
    return say(GOOD, "pictures: decoded in a complete sandbox");
}

static bool look_at_operator(const struct config *config)
{
    bool named = config->operator.name.len && config->operator.email.len;
    bool bad = say(named ? GOOD : WARNING, "operator: %s",
                   named ? config->operator.name.ptr : "set operator.name and operator.email, the policy names them");
    if (config->registration.dummy)
        say(WARNING, "registration.dummy is on: anyone can make accounts without a phone number");
    if (!config->limits.enabled)
        say(WARNING, "limits.enabled is off: nothing slows an attacker down");
    return bad;
}

/* What the server reads at start, as far as it can be seen from here. */
static bool look_at_email(const struct config *config)
{
    const char *path = config->email.password_file.ptr;
    struct stat st;
    if (!config->email.server.len)
        return say(WARNING, "e-mail: no email.server, they are read on the operator's page only");
    if (config->email.password_file.len && stat(path, &st) != 0)
        return say(BAD, "e-mail: email.password_file %s: %s", path, strerror(errno));
    if (config->email.password_file.len && st.st_mode & 077)
        return say(WARNING, "e-mail: its password can be read by other users: chmod 600 %s", path);
    if (config->email.authorities.len && access(config->email.authorities.ptr, R_OK) != 0)
        return say(BAD, "e-mail: email.authorities %s: %s", config->email.authorities.ptr, strerror(errno));
    return say(GOOD, "e-mail: from %s by %s%s", config->email.from.ptr, config->email.server.ptr,
               config->email.plain ? ", on this machine" : ", encrypted");
}

static bool look_at_appservice(const char *path, const struct appservice *service)
{
    struct stat st;
    if (stat(path, &st) == 0 && st.st_mode & 077)
        return say(WARNING, "application service %.*s: its tokens can be read by other users: chmod 600 %s",
                   STR_ARG(service->id), path);
    if (service->short_tokens)
        return say(WARNING, "application service %.*s: a token is shorter than %d characters", STR_ARG(service->id),
                   APPSERVICE_GOOD_TOKEN);
    return say(GOOD, "application service %.*s: %s", STR_ARG(service->id), path);
}

static bool look_at_appservices(struct cli *cli, const struct config *config)
{
    const struct config_list *files = &config->appservices.files;
    struct appservices services;
    struct error err = {.text = ""};
    bool bad = false;
    if (appservices_read(&cli->arena, files->items, files->count, config->server.name, &services, &err) != RC_OK)
        return say(BAD, "application services: %s", err.text);
    for (size_t i = 0; i < services.count; i++)
        bad |= look_at_appservice(arena_cstr(&cli->arena, files->items[i]), services.items[i]);
    return bad;
}

static bool look_at_files_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return false;
    return say(files.rlim_max < FEW_FILES ? WARNING : GOOD, "%llu open files permitted, one is needed per connection",
               (unsigned long long)files.rlim_max);
}

/* The audit against what the public log was signed over (obligation 4.8). */
static bool look_at_log(struct cli *cli, const struct config *config)
{
    const char *folder = config->server.data.ptr;
    if (access(arena_printf(&cli->arena, "%s/vault.db", folder).ptr, R_OK) != 0)
        return false;
    if (crypto_init() != RC_OK)
        return say(BAD, "the cryptographic library does not start");
    struct check_result result = check_find("public-log")->run(&cli->arena, folder);
    return say(result.ok ? GOOD : BAD, "public log: %.*s", STR_ARG(result.words));
}

static int run(struct cli *cli)
{
    struct config config;
    struct error err;
    if (settings_load(cli, &config, &err) != RC_OK) {
        say(BAD, "configuration: %s", err.text);
        return CLI_CONFIG;
    }
    say(GOOD, "configuration; public address %.*s", STR_ARG(config.server.public_url));
    bool bad = look_at_data_folder(&config);
    bad |= look_at_space(&config);
    bad |= look_at_certificate(&config);
    bad |= look_at_web(&config);
    bad |= look_at_policy(&config);
    bad |= look_at_operator(&config);
    bad |= look_at_email(&config);
    bad |= look_at_appservices(cli, &config);
    bad |= look_at_pictures();
    bad |= look_at_files_limit();
    bad |= look_at_log(cli, &config);
    config_fini(&config);
    return bad ? CLI_FAILED : CLI_OK;
}

const struct cli_command cli_doctor = {
    .name = "doctor",
    .words = "",
    .summary = "Look for what would keep the server from working well.",
    .help = "Changes nothing. Exits with 0 when nothing is bad; warnings do not count.",
    .configured = true,
    .run = run,
};
