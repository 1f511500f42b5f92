/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The server's life from start to signal. */
#include "cli/serve.h"

#include "admin/control.h"
#include "api/on_behalf.h"
#include "api/server.h"
#include "api/service_accounts.h"
#include "appservice/appservice.h"
#include "base/log.h"
#include "cli/heap.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

static void announce_listener(const struct server *server, size_t i)
{
    const struct config_address *address = &server->config->listen.addresses[i];
    bool v6 = str_find_char(address->host, ':') < address->host.len;
    printf(v6 ? "  %s://[%.*s]:%u\n" : "  %s://%.*s:%u\n", address->tls ? "https" : "http", STR_ARG(address->host),
           http_server_port(server->http, i));
}

/* For the person who just typed the command. Scripts read the log. */
static void announce(const struct server *server)
{
    const struct config *config = server->config;
    printf("Parley is ready for %.*s:\n", STR_ARG(config->server.name));
    for (size_t i = 0; i < config->listen.count; i++)
        announce_listener(server, i);
    if (config->web.root.len == 0)
        printf("The web app is not built (make web): only the API is served.\n");
    if (str_eq(config->sms.provider, S("outbox"))) {
        printf("Messages that would go out by %s can be read on this machine:\n",
               config->email.server.len ? "SMS" : "SMS or e-mail");
        printf("  %.*s/_parley/outbox?key=%.*s\n", STR_ARG(config->server.public_url), STR_ARG(server->operator_key));
        if (config->outbox.file.len)
            printf("  %.*s\n", STR_ARG(config->outbox.file));
    }
    printf("Stop with Ctrl-C.\n");
    fflush(stdout);
    log_event(LOG_INFO, "serving", LOG_INT("start_ms", env_now_ms(server->env) - server->started_ms),
              LOG_INT("loops", http_server_loop_count(server->http)));
}

static void reload_appservices(struct server *server)
{
    struct error err = {.text = ""};
    if (server->config->appservices.files.count == 0)
        return;
    if (service_accounts_reload(server, &err) == RC_OK)
        log_event(LOG_INFO, "application services read again", LOG_INT("services", services_now(server)->count));
    else
        log_event(LOG_ERROR, "application services not reloaded, the old ones stay", LOG_ERROR_TEXT(&err));
}

static void reload(struct server *server)
{
    struct error err = {.text = ""};
    reload_appservices(server);
    if (http_server_reload_tls(server->http, &err) == RC_OK)
        log_note(LOG_INFO, "certificate read again");
    else
        log_event(LOG_ERROR, "certificate not reloaded, the old one stays", LOG_ERROR_TEXT(&err));
}

/* Until SIGTERM or SIGINT. */
static void serve_until_stopped(struct server *server, const sigset_t *awaited)
{
    const struct timespec pause = {.tv_sec = HEAP_LOOK_EACH_S};
    struct heap_looks looks = {0};
    for (;;) {
        int signal_number = sigtimedwait(awaited, NULL, &pause);
        if (signal_number == SIGHUP)
            reload(server);
        else if (signal_number > 0)
            return;
        else if (heap_look(&looks))
            server_let_go(server, heap_give_back);
    }
}

enum rc serve_run(const struct config *config, struct error *err)
{
    struct server *server;
    struct control *control = NULL;
    sigset_t awaited;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGTERM);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &awaited, NULL); /* before any thread: they inherit it */
    TRY(server_start(env_system(), config, &server, err));
    enum rc rc = control_start(server->store, server->policy, config->server.data, &control, err);
    if (rc == RC_OK) {
        announce(server);
        serve_until_stopped(server, &awaited);
        log_note(LOG_INFO, "stopping");
    }
    control_stop(&control);
    server_stop(&server);
    if (rc == RC_OK)
        log_note(LOG_INFO, "stopped");
    return rc;
}
