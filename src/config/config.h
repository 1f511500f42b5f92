/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The configuration: one table names every key (keys.c), and everything follows from it: what parley.conf and
 * --set accept, the defaults, the documented file that `parley config --defaults` prints, and docs/configuration.md.
 *
 * Values come in three steps, each over the one before: defaults, then parley.conf, then the command line. After
 * config_finish() the struct is complete, checked and never changes again: any thread may read it.
 * All strings live in the configuration's own arena; texts that were not given are empty.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/log.h"
#include "base/strbuf.h"

/* A list of words. */
struct config_list {
    const str *items;
    size_t count;
};

/* Where to listen: http://127.0.0.1:8008. */
struct config_address {
    bool tls;
    str host; /* a name or an address, IPv6 without brackets */
    uint16_t port;
};

struct config_rate {
    int64_t per_minute;
    int64_t burst;
};

enum config_log_format { CONFIG_LOG_AUTO, CONFIG_LOG_TEXT, CONFIG_LOG_JSON };

/* Sizes are bytes, durations milliseconds. */
struct config {
    struct {
        str name;       /* the part of a user id behind the colon */
        str public_url; /* without a trailing slash; config_finish() makes it up when it was not given */
        str data;
        str region;
        str user;             /* to become when started as root */
        int64_t workers;      /* event loops, 0: one per core */
        int64_t slow_workers; /* threads for password hashing and images, 0: one per core */
        int64_t drain_time;
    } server;
    struct {
        struct config_list urls;
        const struct config_address *addresses; /* the same, taken apart by config_finish() */
        size_t count;
    } listen;
    struct {
        str certificate, key; /* files; config_finish() points them into the data folder when not given */
        bool own;             /* they were not given: a self-signed pair may be made there */
    } tls;
    struct {
        struct config_list trusted; /* IP addresses */
    } proxy;
    struct {
        str listen;                    /* "off" or a URL */
        bool on;                       /* set by config_finish() */
        struct config_address address; /* likewise */
    } metrics;
    struct {
        int64_t head_size;
        int64_t head_timeout, body_timeout, idle_timeout, write_timeout;
    } http;
    struct {
        bool open;
        bool token_required;
        str shared_secret_file;
        bool guests;
        bool dummy;
    } registration;
    struct {
        int64_t cancel_interval;
        int64_t guest_idle;
        int64_t token_lifetime; /* of access tokens that can be refreshed */
        int64_t password_memory;
    } accounts;
    struct {
        bool enabled; /* off: no rate limits, and no limit of connections per address */
        struct config_rate read, message, write, login, media, search;
        int64_t connections, connections_per_address;
        int64_t codes_per_number, codes_per_address;     /* an hour */
        int64_t invites_per_account, invites_per_number; /* to numbers not here yet, a day */
    } limits;
    struct {
        int64_t max_upload_bytes;
        int64_t max_user_bytes, max_user_files_day, max_announced;
    } media;
    struct {
        str file; /* empty: outbox.jsonl in the data folder, by config_finish() */
    } outbox;
    struct {
        str provider; /* "outbox" */
    } sms;
    struct {
        str server; /* smtp://host:port or smtps://host:port; empty: the built-in outbox */
        str user, password_file, from, authorities;
        int64_t timeout;
        struct config_list next_links; /* origins */
        bool plain;                    /* set by config_finish(): the server is this machine, without encryption */
    } email;
    struct {
        bool enabled;
    } presence;
    struct {
        struct config_list gateways; /* origins the operator vouches for */
        int64_t timeout, first_pause, longest_pause, give_up;
    } push;
    struct {
        str user;
    } notices;
    struct {
        struct config_list files;
    } appservices;
    struct {
        str default_version, encryption;
        int64_t delay_max, delayed_per_user;
        int64_t retention_default, retention_min, retention_max; /* of messages; 0: none */
    } rooms;
    struct {
        struct config_list uris; /* none: no relay is offered */
        str secret_file;
        int64_t lifetime;
    } turn;
    struct {
        int64_t index_interval;
    } search;
    struct {
        int64_t bytes;
    } cache;
    struct {
        struct config_list allow, internal; /* hosts (preview/hosts.h) */
    } previews;
    struct {
        str root; /* folder of the built web app; found by config_finish() when not given, else empty */
    } web;
    struct {
        str root; /* folder of the policy's texts; empty: the built-in ones */
    } policy;
    struct {
        str name, email, officer_email, phone, address, court, law;
    } operator;
    struct {
        int level;  /* enum log_level */
        int format; /* enum config_log_format */
    } log;

    struct config_private *p;
};

/* Sets every key to its default. */
void config_init(struct config *ret_config);
void config_fini(struct config *config);

/* Reads an INI text. err.text names file, line and what was expected. */
enum rc config_read_text(struct config *config, const char *file_name, str text, struct error *err) MUST_USE;
/* RC_NOT_FOUND when there is no such file. */
enum rc config_read_file(struct config *config, const char *path, struct error *err) MUST_USE;
/* Sets one key from the command line: name is "section.key". The first such value of a list replaces what the file
 * said, further ones are added. */
enum rc config_set(struct config *config, str name, str value, struct error *err) MUST_USE;
/* The same from "section.key=value". */
enum rc config_set_assignment(struct config *config, str assignment, struct error *err) MUST_USE;
/* Whether the operator gave this key a value ("section.key"). */
bool config_is_given(const struct config *config, str name);
/* Fills in what follows from other keys and checks what spans several (for example: plain HTTP stays on loopback). */
enum rc config_finish(struct config *config, struct error *err) MUST_USE;

/* "7 d", "30 min": as durations are written in parley.conf. RC_INVALID. */
enum rc config_duration_read(str text, int64_t *ret_ms) MUST_USE;

/* The one of a list of origins that an address is at; empty: none. */
str config_origin_of(const struct config_list *origins, str link);

/* Only this machine can reach it: localhost, 127.0.0.0/8, ::1. */
bool config_address_is_loopback(const struct config_address *address);
/* Host of server.public_url, without port. */
str config_public_host(const struct config *config);
/* Applies log.level and log.format. */
void config_apply_log(const struct config *config);

/* A parley.conf with every key, its meaning and its default. */
void config_write_defaults(struct strbuf *out);
/* The same, with the values that were given filled in. */
void config_write_file(const struct config *config, struct strbuf *out);
/* docs/configuration.md. */
void config_write_manual(struct strbuf *out);
/* The values in force, as a parley.conf. */
void config_write_current(const struct config *config, struct strbuf *out);

#endif
