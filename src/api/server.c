/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Composition: which parts there are, in which order they come and go. */
#include "api/server.h"

#include "api/dispatch.h"
#include "api/jobs.h"
#include "api/limiter.h"
#include "api/lives.h"
#include "api/log_keeper.h"
#include "api/metrics.h"
#include "api/metrics_listener.h"
#include "api/parts.h"
#include "api/pool.h"
#include "api/router.h"
#include "api/search_seek.h"
#include "api/service_accounts.h"
#include "api/site.h"
#include "api/typing.h"
#include "base/log.h"
#include "courier/courier.h"
#include "crypto/crypto.h"
#include "media/file.h"
#include "media/pictures.h"
#include "media/workshop.h"
#include "preview/cache.h"
#include "preview/fetch.h"
#include "privacy/audit.h"
#include "privacy/policy_text.h"
#include "push/decide.h"
#include "store/search_worker.h"
#include "sync/presence.h"
#include "sync/sliding/connections.h"
#include "waker/vapid.h"
#include "waker/waker.h"

#include <stdlib.h>
#include <unistd.h>

enum { POOL_QUEUE = 256, PICTURE_THREADS = 2 };

static int core_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (int)cores : 1;
}

static struct limiter *limiter_from(struct env *env, const struct config *config)
{
    const struct config_rate *sources[] = {
        [RATE_READ] = &config->limits.read,   [RATE_MESSAGE] = &config->limits.message,
        [RATE_WRITE] = &config->limits.write, [RATE_LOGIN] = &config->limits.login,
        [RATE_CODE] = &config->limits.login,  [RATE_SEARCH] = &config->limits.search,
        [RATE_MEDIA] = &config->limits.media,
    };
    struct limiter_rule rules[RATE_MEDIA + 1] = {0};
    for (int i = RATE_READ; i <= RATE_MEDIA; i++)
        rules[i] = (struct limiter_rule){(double)sources[i]->per_minute / 60, (int)sources[i]->burst};
    return limiter_new(env, rules);
}

static enum rc open_store(struct server *server, int loops, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct store_config config = {
        .folder = arena_cstr(&arena, server->config->server.data),
        .server_name = server->config->server.name,
        .cache_bytes = (size_t)server->config->cache.bytes,
        /* Behind the loops' come the search index's, the waker's, those for searches and the courier's. */
        .readers = loops + 2 + SEARCH_THREADS + (server->config->appservices.files.count ? 1 : 0),
        .lifetimes = {server->config->rooms.retention_default, server->config->rooms.retention_min,
                      server->config->rooms.retention_max},
    };
    enum rc rc = store_open(server->env, &config, &server->store, err);
    if (rc == RC_OK)
        server->push_decider = push_decider_new(server->store);
    arena_fini(&arena);
    return rc;
}

static enum rc parse_proxies(struct server *server, struct net_address **ret_addresses, struct error *err)
{
    const struct config_list *trusted = &server->config->proxy.trusted;
    *ret_addresses = arena_array(&server->arena, struct net_address, trusted->count);
    for (size_t i = 0; i < trusted->count; i++)
        if (net_address_parse(trusted->items[i], &(*ret_addresses)[i]) != RC_OK)
            return error_set(err, RC_INVALID, "proxy.trusted: not an IP address");
    return RC_OK;
}

static enum rc open_listeners(struct server *server, int loops, struct error *err)
{
    const struct config *config = server->config;
    const struct http_handler handler = {
        .ctx = server,
        .on_head = dispatch_head,
        .on_request = dispatch_request,
        .on_gone = dispatch_gone,
        .on_error = dispatch_error,
    };
    struct http_listen *listens = arena_array(&server->arena, struct http_listen, config->listen.count);
    for (size_t i = 0; i < config->listen.count; i++)
        listens[i] = (struct http_listen){config->listen.addresses[i].host, config->listen.addresses[i].port,
                                          config->listen.addresses[i].tls};
    struct net_address *proxies;
    TRY(parse_proxies(server, &proxies, err));
    struct http_config http = {
        .listens = listens,
        .listen_count = config->listen.count,
        .loops = loops,
        .tls_certificate_file = arena_cstr(&server->arena, config->tls.certificate),
        .tls_key_file = arena_cstr(&server->arena, config->tls.key),
        .trusted_proxies = proxies,
        .trusted_proxy_count = config->proxy.trusted.count,
    };
    http_limits_default(&http.limits);
    http.limits.head_bytes = (size_t)config->http.head_size;
    http.limits.head_timeout_ms = (int)config->http.head_timeout;
    http.limits.body_timeout_ms = (int)config->http.body_timeout;
    http.limits.idle_timeout_ms = (int)config->http.idle_timeout;
    http.limits.write_timeout_ms = (int)config->http.write_timeout;
    http.limits.connections = (int)config->limits.connections;
    http.limits.connections_per_address = config->limits.enabled ? (int)config->limits.connections_per_address : 0;
    return http_server_new(server->env, &http, &handler, &server->http, err);
}

static enum rc start_courier(struct server *server, int reader, struct error *err)
{
    const struct line_parts parts = {
        .store = server->store,
        .reader = reader,
        .client = server->outgoing,
        .services = server->appservices,
        .presence = server->presence,
    };
    return server->config->appservices.files.count ? courier_start(server->env, &parts, &server->courier, err) : RC_OK;
}

static enum rc start_vapid(struct server *server, struct error *err)
{
    const struct config *config = server->config;
    str email = config->operator.email;
    str subject = email.len ? arena_concat(&server->arena, S("mailto:"), email, STR_NONE) : config->server.public_url;
    server->vapid = arena_new(&server->arena, struct vapid);
    enum rc rc = vapid_init(store_secret(server->store), subject, server->vapid);
    return rc == RC_OK ? RC_OK : error_set(err, rc, "cannot make the key that push services know this server by");
}

static enum rc start_waker(struct server *server, int reader, struct error *err)
{
    const struct waker_parts parts = {
        .store = server->store,
        .config = server->config,
        .reader = reader,
        .anywhere = server->anywhere,
        .vouched = server->outgoing,
        .vapid = server->vapid,
    };
    return waker_start(server->env, &parts, &server->waker, err);
}

static enum rc start(struct server *server, struct error *err)
{
    const struct config *config = server->config;
    int loops = config->server.workers ? (int)config->server.workers : core_count();
    int slow = config->server.slow_workers ? (int)config->server.slow_workers : core_count();

    TRY(crypto_init());
    server->started_ms = env_now_ms(server->env);
    env_random(server->env, &server->boot, sizeof server->boot);
    server->operator_key = crypto_token_new(server->env, &server->arena, "");
    server->router = router_new(endpoint_modules, endpoint_module_count);
    server->metrics = metrics_new(router_endpoint_count(server->router));
    server->limiter = limiter_from(server->env, config);
    if (config->presence.enabled)
        server->presence = presence_new(server->env);
    server->typing = typing_watch_new();
    server->sliding = sliding_connections_new();
    TRY(site_open(arena_cstr(&server->arena, config->web.root), &server->site, err));
    TRY(open_store(server, loops, err));
    TRY(media_folder_open(server->env, config->server.data, &server->media, err));
    server->outgoing = outgoing_new(REACH_CONFIGURED);
    server->previews = previews_new(server->env, config);
    server->preview_answers = preview_cache_new();
    server->anywhere = outgoing_new(REACH_PUBLIC);
    TRY(start_vapid(server, err));
    TRY(parts_start(server, err));
    TRY(service_accounts_start(server, err));
    log_keeper_start(server);
    TRY(pool_new(slow, POOL_QUEUE, &server->pool));
    server->pictures = pictures_new(server->env, server->media, WORKSHOP_MAX_MS);
    TRY(pool_new(PICTURE_THREADS, POOL_QUEUE, &server->picture_pool));
    TRY(pool_new(SEARCH_THREADS, POOL_QUEUE, &server->search_pool));
    server->search_reader = loops + 2;
    TRY(open_listeners(server, loops, err));
    lives_start(server);
    TRY(search_worker_start(server->store, loops, server->config->search.index_interval, &server->search_worker, err));
    TRY(start_waker(server, loops + 1, err));
    TRY(start_courier(server, loops + 2 + SEARCH_THREADS, err));
    server->jobs = jobs_new(server, http_server_loop(server->http, 0));
    if (config->metrics.on)
        TRY(metrics_listener_open(server, &server->metrics_http, err));
    return http_server_start(server->http, err);
}

enum rc server_start(struct env *env, const struct config *config, struct server **ret_server, struct error *err)
{
    struct server *server = xcalloc(1, sizeof *server);
    server->env = env;
    server->config = config;
    enum rc rc = start(server, err);
    if (rc != RC_OK)
        server_stop(&server);
    else
        *ret_server = server;
    return rc;
}

static enum rc write_audit(struct tx *tx, void *arg)
{
    (void)arg;
    return audit_write_waiting(tx);
}

/* What the jobs have not come to. */
static void write_audit_left(struct server *server)
{
    static const struct act act = ACT_SERVICE(PURPOSE_RIGHTS);
    struct arena arena = ARENA_INIT;
    if (audit_is_waiting(server->store) && store_write_wait(server->store, &act, &arena, write_audit, NULL) != RC_OK)
        log_note(LOG_ERROR, "entries of the audit were lost: they could not be written");
    arena_fini(&arena);
}

/* Backwards. Loops stop before what they use goes; the writer finishes what was acknowledged into its queue. */
void server_stop(struct server **server_ptr)
{
    struct server *server = *server_ptr;
    if (!server)
        return;
    if (server->lives)
        lives_drain(server);
    /* Who waits for other servers has an answer now. */
    if (server->outgoing)
        outgoing_stop(server->outgoing);
    if (server->previews)
        previews_stop(server->previews);
    if (server->anywhere)
        outgoing_stop(server->anywhere);
    if (server->metrics_http)
        http_server_drain(server->metrics_http, 0);
    if (server->http)
        http_server_drain(server->http, (int)server->config->server.drain_time);
    jobs_stop(server->jobs);
    if (server->store)
        write_audit_left(server);
    log_keeper_stop(server);
    pool_free(&server->pool);
    pool_free(&server->picture_pool);
    pool_free(&server->search_pool);
    previews_free(&server->previews);
    preview_cache_free(&server->preview_answers);
    courier_stop(server->courier);
    search_worker_stop(server->search_worker);
    waker_stop(server->waker);
    outgoing_free(&server->outgoing);
    outgoing_free(&server->anywhere);
    parts_stop(server);
    store_close(&server->store);
    pictures_free(&server->pictures);
    push_decider_free(&server->push_decider);
    courier_free(&server->courier);
    search_worker_free(&server->search_worker);
    waker_free(&server->waker);
    policy_free(&server->policy); /* what the writer finished may have needed it */
    if (server->http)
        lives_stop(server);
    jobs_free(&server->jobs);
    http_server_free(&server->metrics_http);
    http_server_free(&server->http);
    site_close(&server->site);
    media_folder_close(&server->media);
    presence_free(&server->presence);
    typing_watch_free(&server->typing);
    sliding_connections_free(&server->sliding);
    limiter_free(&server->limiter);
    metrics_free(&server->metrics);
    router_free(&server->router);
    if (server->vapid)
        crypto_wipe(server->vapid, sizeof *server->vapid);
    arena_fini(&server->arena);
    free(server);
    *server_ptr = NULL;
}
