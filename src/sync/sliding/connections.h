/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What clients of sliding sync know: per connection of a device the last answer they are known to have, and the one
 * they may have. In memory and bounded: a connection that was dropped begins again (M_UNKNOWN_POS). Thread-safe.
 */
#ifndef SYNC_SLIDING_CONNECTIONS_H
#define SYNC_SLIDING_CONNECTIONS_H

#include "sync/sliding/question.h"
#include "sync/token.h"

#include <stdatomic.h>

/* A config as it was when a room was told, to see whether a later one asks for more. Immutable, reference-counted. */
struct kept_config {
    _Atomic uint32_t refs;
    int64_t timeline_limit;
    bool lazy_members;
    size_t count;
    struct state_pattern state[];
};
struct kept_config *kept_config_new(const struct sliding_config *config);
void kept_config_unref(struct kept_config **config);
bool kept_config_covers(const struct kept_config *kept, const struct sliding_config *config);

struct sliding_sent {
    uint64_t room_nid;
    int64_t pos; /* what the client knows of the room reaches up to here */
    bool joined; /* it was told as a member is */
    struct kept_config *config;
};

/* What a client knows with an answer. Immutable, reference-counted. */
struct sliding_view {
    _Atomic uint32_t refs;
    uint64_t id; /* never 0 */
    struct sync_token token;
    size_t count;
    struct sliding_sent sent[]; /* by room_nid */
};
/* With room for count entries, which the maker fills; each holds a reference on its config. */
struct sliding_view *sliding_view_new(size_t count);
void sliding_view_unref(const struct sliding_view **view);
/* NULL: never told. */
const struct sliding_sent *sliding_view_find(const struct sliding_view *view, uint64_t room_nid);

struct sliding_connections;
struct sliding_connections *sliding_connections_new(void);
void sliding_connections_free(struct sliding_connections **connections);

/* The client has the answer of this id, and nothing older will be asked for again. With a reference for the caller;
 * NULL: unknown. */
const struct sliding_view *sliding_connections_acknowledge(struct sliding_connections *connections, uint64_t device_nid,
                                                           str conn_id, uint64_t id);
/* An answer is about to go out; takes the caller's reference and gives the view its id. first: the connection begins
 * anew. */
uint64_t sliding_connections_put(struct sliding_connections *connections, uint64_t device_nid, str conn_id, bool first,
                                 struct sliding_view *view);

#endif
