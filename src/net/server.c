/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/http_private.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { LET_GO_MS = 1000 };

void http_limits_default(struct http_limits *ret_limits)
{
    *ret_limits = (struct http_limits){
        .head_bytes = 32 * 1024,
        .header_count = 100,
        .head_timeout_ms = 10000,
        .body_timeout_ms = 30000,
        .idle_timeout_ms = 75000,
        .write_timeout_ms = 30000,
        .connections = 20000,
        .connections_per_address = 0,
    };
}

static enum rc hub_init(struct hub *hub, struct http_server *server, int index, struct error *err)
{
    hub->server = server;
    hub->read_buffer = xmalloc(READ_BUFFER);
    TRY(loop_new(server->env, index, &hub->loop, err));
    return RC_OK;
}

static enum rc listen_everywhere(struct http_server *server, const struct http_config *config, struct error *err)
{
    for (size_t i = 0; i < config->listen_count; i++) {
        server->ports[i] = config->listens[i].port;
        for (int h = 0; h < server->hub_count; h++)
            TRY(hub_listen(&server->hubs[h], &config->listens[i], &server->ports[i], err));
    }
    return RC_OK;
}

static bool wants_tls(const struct http_config *config)
{
    for (size_t i = 0; i < config->listen_count; i++)
        if (config->listens[i].tls)
            return true;
    return false;
}

static enum rc set_up(struct http_server *server, const struct http_config *config, struct error *err)
{
    if (wants_tls(config)) {
        server->certificate_file = strdup(config->tls_certificate_file);
        server->key_file = strdup(config->tls_key_file);
        TRY(tls_load(server->certificate_file, server->key_file, &server->tls, err));
    }
    for (int i = 0; i < server->hub_count; i++)
        TRY(hub_init(&server->hubs[i], server, i, err));
    return listen_everywhere(server, config, err);
}

enum rc http_server_new(struct env *env, const struct http_config *config, const struct http_handler *handler,
                        struct http_server **ret_server, struct error *err)
{
    struct http_server *server = xcalloc(1, sizeof *server);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    server->env = env;
    server->handler = *handler;
    server->limits = config->limits;
    server->hub_count = config->loops > 0 ? config->loops : cores > 0 ? (int)cores : 1;
    server->hubs = xcalloc((size_t)server->hub_count, sizeof *server->hubs);
    server->listen_count = config->listen_count;
    server->ports = xcalloc(config->listen_count, sizeof *server->ports);
    server->proxy_count = config->trusted_proxy_count;
    server->proxies = xcalloc(config->trusted_proxy_count, sizeof *server->proxies);
    if (config->trusted_proxy_count)
        memcpy(server->proxies, config->trusted_proxies, config->trusted_proxy_count * sizeof *server->proxies);
    pthread_mutex_init(&server->lock, NULL);
    enum rc rc = set_up(server, config, err);
    if (rc != RC_OK)
        http_server_free(&server);
    else
        *ret_server = server;
    return rc;
}

static void close_listeners(struct hub *hub)
{
    for (size_t i = 0; i < hub->listeners.count; i++) {
        loop_watch_remove(hub->loop, &hub->listeners.items[i]->watch);
        loop_timer_cancel(hub->loop, &hub->listeners.items[i]->pause);
        close(hub->listeners.items[i]->watch.fd);
        free(hub->listeners.items[i]);
    }
    vec_fini(&hub->listeners);
}

static void hub_fini(struct hub *hub)
{
    if (hub->loop) {
        close_listeners(hub);
        while (hub->conns)
            conn_close(hub->conns);
    }
    requests_fini(hub);
    strbuf_fini(&hub->scratch);
    free(hub->read_buffer);
    loop_free(&hub->loop);
}

void http_server_free(struct http_server **server_ptr)
{
    struct http_server *server = *server_ptr;
    if (!server)
        return;
    http_server_drain(server, 0);
    for (int i = 0; i < server->hub_count; i++)
        hub_fini(&server->hubs[i]);
    if (server->tls)
        SSL_CTX_free(server->tls);
    map_fini(&server->addresses);
    pthread_mutex_destroy(&server->lock);
    free(server->hubs);
    free(server->ports);
    free(server->proxies);
    free(server->certificate_file);
    free(server->key_file);
    free(server);
    *server_ptr = NULL;
}

int http_server_loop_count(const struct http_server *server)
{
    return server->hub_count;
}

struct loop *http_server_loop(const struct http_server *server, int index)
{
    return server->hubs[index].loop;
}

uint16_t http_server_port(const struct http_server *server, size_t listen_index)
{
    return server->ports[listen_index];
}

/* ---- running ---- */

static void *hub_thread(void *arg)
{
    struct hub *hub = arg;
    loop_run(hub->loop);
    return NULL;
}

enum rc http_server_start(struct http_server *server, struct error *err)
{
    /* Signals are the main thread's. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    enum rc rc = RC_OK;
    for (int i = 0; i < server->hub_count && rc == RC_OK; i++) {
        struct hub *hub = &server->hubs[i];
        hub->thread_running = pthread_create(&hub->thread, NULL, hub_thread, hub) == 0;
        if (!hub->thread_running)
            rc = error_set(err, RC_NOMEM, "cannot start a thread");
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

/* ---- draining ---- */

void hub_stop_if_done(struct hub *hub)
{
    if (hub->draining && hub->conn_count == 0 && hub->requests_out == 0)
        loop_stop(hub->loop);
}

/* Who was told that the peer is gone has had time to let go. */
static void patience_over(struct loop *loop, struct loop_timer *timer)
{
    (void)timer;
    loop_stop(loop);
}

static void grace_over(struct loop *loop, struct loop_timer *timer)
{
    struct hub *hub = CONTAINER_OF(timer, struct hub, drain_timer);
    struct conn *next;
    for (struct conn *conn = hub->conns; conn; conn = next) {
        next = conn->next;
        struct request *request = conn->state == CONN_HANDLING ? conn->request : NULL;
        if (request) {
            conn->request = NULL;
            request->conn = NULL;
            request->pub.gone = true;
            hub->server->handler.on_gone(hub->server->handler.ctx, &request->pub);
        }
        conn_close(conn);
    }
    hub->drain_timer.fire = patience_over;
    loop_timer_set(loop, &hub->drain_timer, LET_GO_MS);
    hub_stop_if_done(hub);
}

static void drain_begin(struct loop *loop, struct loop_task *task)
{
    struct hub *hub = CONTAINER_OF(task, struct hub, drain_task);
    struct conn *next;
    close_listeners(hub);
    for (struct conn *conn = hub->conns; conn; conn = next) {
        next = conn->next;
        if (conn->state == CONN_IDLE || conn->state == CONN_HANDSHAKE)
            conn_close(conn);
    }
    hub->draining = true;
    hub->drain_timer.fire = grace_over;
    loop_timer_set(loop, &hub->drain_timer, hub->server->grace_ms);
    hub_stop_if_done(hub);
}

void http_server_drain(struct http_server *server, int grace_ms)
{
    server->grace_ms = grace_ms;
    for (int i = 0; i < server->hub_count; i++) {
        struct hub *hub = &server->hubs[i];
        if (!hub->thread_running)
            continue;
        hub->drain_task.run = drain_begin;
        loop_post(hub->loop, &hub->drain_task);
    }
    for (int i = 0; i < server->hub_count; i++)
        if (server->hubs[i].thread_running) {
            pthread_join(server->hubs[i].thread, NULL);
            server->hubs[i].thread_running = false;
        }
}

void http_server_stats(const struct http_server *server, struct http_stats *ret_stats)
{
    *ret_stats = (struct http_stats){0};
    for (int i = 0; i < server->hub_count; i++) {
        const struct hub *hub = &server->hubs[i];
        ret_stats->connections_now += hub->connections_now;
        ret_stats->connections_total += hub->connections_total;
        ret_stats->requests_total += hub->requests_total;
        ret_stats->bytes_in += hub->bytes_in;
        ret_stats->bytes_out += hub->bytes_out;
        ret_stats->refused_total += hub->refused_total;
    }
}
