/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * From method and path to endpoint: a trie of path segments built once from the endpoint table, read-only after.
 * `r0` addresses are served as `v3` ones (spec "API Versions": clients of before v1.1).
 */
#ifndef API_ROUTER_H
#define API_ROUTER_H

#include "api/call.h"

struct router;

/* Aborts with a message on two endpoints with the same method and path: that is a mistake of the source. */
struct router *router_new(const struct endpoint_module *const *modules, size_t count);
void router_free(struct router **router);

struct route {
    const struct endpoint *endpoint; /* NULL: none */
    size_t index;                    /* the endpoint's number, for counters */
    bool path_known;                 /* the path exists with another method (405 rather than 404) */
    str allowed;                     /* then: the methods it takes, as the Allow header lists them; in the arena */
    str params[CALL_MAX_PARAMS];
};

/* Params are percent-decoded into the arena. RC_INVALID: bad percent-encoding or not UTF-8. */
enum rc router_match(const struct router *router, struct arena *arena, enum http_method method, str path,
                     struct route *ret_route) MUST_USE;
/* Percent-decoding; plus_is_space for query strings. */
enum rc percent_decode(struct arena *arena, str text, bool plus_is_space, str *ret_decoded) MUST_USE;

/* Walks the table; a route's index counts in the same order. */
size_t router_endpoint_count(const struct router *router);
const struct endpoint *router_endpoint_at(const struct router *router, size_t index);

#endif
