/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Application services: who they are and what is theirs (spec: Application Service API, "Registration").
 *
 * A service is registered by a YAML file that the configuration names. What is read from the files is a `struct
 * appservices`: immutable, usable from every thread, without a lock. A registry holds the one in force and reads the
 * files again when asked to; what it held before stays valid until the registry is freed, so that nobody has to count
 * references. What has to outlast the process names a service by its id, which never changes.
 *
 * An expression of a namespace is matched from the beginning of the whole id ("@_irc_.*" against
 * "@_irc_ada:example.org") and need not reach its end, as services and other servers have always taken it. Matching is
 * bounded: an id on which an expression takes too long is not the service's, and nobody else's either.
 */
#ifndef APPSERVICE_APPSERVICE_H
#define APPSERVICE_APPSERVICE_H

#include "crypto/crypto.h"

enum {
    APPSERVICE_MAX_COUNT = 64,       /* services */
    APPSERVICE_MAX_FILE = 64 * 1024, /* bytes of a registration */
    APPSERVICE_MAX_NAMESPACES = 64,  /* of each kind */
    APPSERVICE_MAX_PROTOCOLS = 64,
    APPSERVICE_MAX_TEXT = 255, /* bytes of an id, a token, a protocol */
    APPSERVICE_GOOD_TOKEN = 32,
    APPSERVICE_MAX_URL = 2048,
    APPSERVICE_MAX_REGEX = 1024,
};

struct appservice_namespace {
    bool exclusive; /* nobody else may make what it matches */
    str regex;
    struct appservice_pattern *pattern;
};

struct appservice_namespaces {
    const struct appservice_namespace *items;
    size_t count;
};

struct appservice {
    str id;
    str url;                         /* without a slash at the end; empty: the service is never called */
    str sender_localpart, sender_id; /* its own account: "_irc_bot", "@_irc_bot:example.org" */
    str server_name;                 /* this server's */
    str hs_token;                    /* with which this server proves itself to the service */
    unsigned char as_token_hash[CRYPTO_TOKEN_HASH_SIZE]; /* of the one with which the service proves itself here */
    bool short_tokens;                                   /* one of them is shorter than it should be: easier to guess */
    bool rate_limited;      /* what it does in the name of the accounts it keeps; its own account never is */
    bool receive_ephemeral; /* typing, receipts and presence are sent to it */
    bool device_changes;    /* device lists and one-time keys are (MSC3202) */
    const str *protocols;
    size_t protocol_count;
    struct appservice_namespaces users, aliases, rooms;
};

struct appservices {
    const struct appservice *const *items;
    size_t count;
};

/* ---- what is whose ---- */

/* The service's own account, or a user of this server in one of its namespaces. */
bool appservice_owns_user(const struct appservice *service, str user_id);
bool appservice_owns_alias(const struct appservice *service, str alias);
bool appservice_owns_room(const struct appservice *service, str room_id);
bool appservice_has_protocol(const struct appservice *service, str protocol);

/* NULL: none. The token is compared in constant time. */
const struct appservice *appservices_find_token(const struct appservices *services, str as_token);
const struct appservice *appservices_find_id(const struct appservices *services, str id);
const struct appservice *appservices_find_protocol(const struct appservices *services, str protocol);
/* The service other than `asking` (NULL: nobody's) that keeps this id for itself: its own account, or one in an
 * exclusive namespace. NULL: nobody does. */
const struct appservice *appservices_keeper_of_user(const struct appservices *services, str user_id,
                                                    const struct appservice *asking);
const struct appservice *appservices_keeper_of_alias(const struct appservices *services, str alias,
                                                     const struct appservice *asking);

/* The name clients know a network of a service by: the instance_id of its protocol's instances, and what publicRooms
 * takes as third_party_instance_id. */
str appservice_instance_id(struct arena *arena, const struct appservice *service, str network);
/* Whose it is; NULL: nobody's. *ret_network is from instance_id. */
const struct appservice *appservices_find_instance(const struct appservices *services, str instance_id,
                                                   str *ret_network);

/* ---- reading registrations ---- */

/* Reads one registration. Everything lives in the arena. err names file, line and what to do. */
enum rc appservice_read_text(struct arena *arena, const char *file, str text, str server_name,
                             const struct appservice **ret_service, struct error *err) MUST_USE;
/* The same from a file. */
enum rc appservice_read_file(struct arena *arena, const char *path, str server_name,
                             const struct appservice **ret_service, struct error *err) MUST_USE;
/* All of them; an id or token that two share is refused (spec: "MUST be unique per application service"). */
enum rc appservices_read(struct arena *arena, const str *paths, size_t count, str server_name,
                         struct appservices *ret_services, struct error *err) MUST_USE;

struct appservice_registry;

enum rc appservice_registry_new(const str *paths, size_t count, str server_name,
                                struct appservice_registry **ret_registry, struct error *err) MUST_USE;
void appservice_registry_free(struct appservice_registry **registry);
/* What is in force now. Valid until the registry is freed; from any thread. */
const struct appservices *appservice_registry_now(const struct appservice_registry *registry);
/* Reads the files again, on one thread at a time, and puts in force what accept() (may be NULL) takes. On failure what
 * was in force stays so. */
enum rc appservice_registry_reload(struct appservice_registry *registry,
                                   enum rc (*accept)(const struct appservices *services, void *ctx, struct error *err),
                                   void *ctx, struct error *err) MUST_USE;

#endif
