/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The parts a handler may need, composed by main: configuration, stores, clock, transport, outbox, pool.
 */
#ifndef API_SERVER_H
#define API_SERVER_H

#include "config/config.h"
#include "net/http.h"
#include "privacy/retention.h"
#include "store/store.h"

struct appservice_registry;
struct jobs;
struct limiter;
struct login_tokens;
struct pool;
struct metrics;
struct nonces;
struct router;
struct site;
struct uia;
struct outbox;
struct outgoing_client;
struct courier;
struct search_worker;
struct vapid;
struct waker;
struct file_provider;
struct last_seen;
struct log_keeper;
struct policy;
struct policy_version;
struct proofs;
struct self_checks;
struct media_folder;
struct pictures;
struct live; /* sync: who waits for what, per loop */
struct typing_watch;
struct sliding_connections;
struct previews;
struct push_decider;
struct presence; /* sync: who is online; NULL when switched off */

struct server {
    struct arena arena; /* lives as long as the server; start-up only */
    struct env *env;
    const struct config *config;
    struct store *store;
    struct push_decider *push_decider;
    struct http_server *http;
    struct http_server *metrics_http; /* NULL: off */
    struct jobs *jobs;
    struct router *router;
    struct metrics *metrics;
    struct site *site; /* the web app's files */
    struct limiter *limiter;
    struct pool *pool;   /* threads for slow steps */
    struct live **lives; /* one per loop */
    struct presence *presence;
    struct sliding_connections *sliding; /* what clients of sliding sync know */
    struct media_folder *media;
    struct pictures *pictures;       /* small ones */
    struct pool *picture_pool;       /* threads for them */
    _Atomic int64_t erasure_look_ms; /* when the erasure job has something to look at */
    bool erasure_seen_all;           /* it knows of everybody without a key; it and the next are the writer's */
    uint64_t erasure_seen;
    uint64_t guest_seen;                      /* where looking for idle guests goes on; the writer's */
    unsigned media_part;                      /* where looking for orphans goes on; the writer's */
    struct typing_watch *typing;              /* rooms in which somebody types; the writer's */
    uint32_t boot;                            /* differs from process to process */
    _Atomic bool draining;                    /* stopping: parked requests are answered with what there is */
    struct uia *uia;                          /* authentication under way */
    struct outgoing_client *outgoing;         /* to what the operator named */
    struct outgoing_client *anywhere;         /* to what people and apps named */
    struct previews *previews;                /* of pages */
    struct preview_cache *preview_answers;    /* of late */
    struct search_worker *search_worker;      /* keeps the index up */
    struct pool *search_pool;                 /* SEARCH_THREADS that are asked for what is in it */
    int search_reader;                        /* the first of as many readers: */
    _Atomic unsigned search_readers_taken;    /* a bit for each */
    struct courier *courier;                  /* to application services; NULL: there are none */
    struct waker *waker;                      /* to whoever wakes apps */
    struct vapid *vapid;                      /* who this server is to push services */
    struct outbox *outbox;                    /* messages that leave */
    struct file_provider *sent;               /* the built-in provider: what the operator reads; NULL with another */
    struct last_seen *last_seen;              /* devices, until it is written */
    struct appservice_registry *appservices;  /* bridges and bots that are registered here */
    struct log_keeper *log_keeper;            /* the writer's */
    struct policy *policy;                    /* the texts people agree to */
    const struct policy_version *policy_told; /* whose announcement people are being told of; the writer's */
    uint64_t policy_told_up_to;               /* by number; likewise */
    struct proofs *proofs;                    /* results of the last test run of this build; NULL: none */
    bool notices_refused;                     /* the log knows that notices.user is of no use; the writer's */
    int64_t retention_look_ms;                /* the writer's */
    int64_t delayed_look_ms, delayed_at_ms;   /* when a delayed event is due; when that was looked at; the writer's */
    struct retention_rooms retention_rooms;   /* the writer's */
    struct self_checks *self_checks;          /* live checks of the data folder, for the public page */
    int64_t started_ms;
    struct login_tokens *login_tokens; /* for further devices (api/login_tokens.h) */
    str turn_secret;                   /* empty: no relays */
    str registration_secret;           /* empty: no accounts by it (api/shared_secret.c) */
    struct nonces *nonces;             /* for it */
    str operator_key;                  /* opens the outbox page; drawn at each start */
};

/* Opens stores and listeners and starts everything; nothing is served before it returns. err says, in the operator's
 * words, what is in the way. config and env must outlive the server. */
enum rc server_start(struct env *env, const struct config *config, struct server **ret_server,
                     struct error *err) MUST_USE;
/* There is little to do: what is kept in memory only to be quick is let go. Then `then` is called, on another thread.
 */
void server_let_go(struct server *server, void (*then)(void));
/* Answers what is under way and closes, within server.drain_time. */
void server_stop(struct server **server);

#endif
