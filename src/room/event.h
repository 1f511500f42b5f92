/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * An event: immutable once built, reference-counted (atomically), one allocation.
 *
 * `pdu` is the event's canonical JSON as it was hashed (spec: server-server API, "Signing Events" without the
 * signatures, which only federation needs), with `hashes`, without event_id. It is what is stored. `client` is
 * made from it once and spliced into every answer: the client format's members
 *     "content":{…},"event_id":"…","origin_server_ts":…,"sender":"…",["state_key":"…",]"type":"…"[,"redacts":"…"]
 * without the surrounding braces, without room_id and unsigned.
 */
#ifndef ROOM_EVENT_H
#define ROOM_EVENT_H

#include "base/strbuf.h"
#include "room/membership.h"
#include "room/version.h"
#include "json/json.h"

#include <stdatomic.h>

enum {
    EVENT_MAX_BYTES = 65536,  /* spec "Size limits": the whole event in canonical form */
    EVENT_MAX_ID_BYTES = 255, /* sender, room_id, type, state_key */
};

enum event_relation { REL_NONE, REL_REPLACE, REL_ANNOTATION, REL_THREAD, REL_REFERENCE, REL_OTHER };

/* Which device sent an event under which transaction id (spec: unsigned.transaction_id). */
struct event_origin {
    uint64_t device_nid;
    size_t txn_len;
    char txn_id[];
};

struct event {
    _Atomic uint32_t refs;
    bool is_state;
    bool redacted; /* content was stripped */
    bool gone;     /* its lifetime is over (store/lifetimes.h): only its place is left */
    bool notifies; /* counts as unread under the default push rules; the store's */
    enum event_relation relation;
    enum membership membership; /* m.room.member: content.membership; else NONE */
    int64_t pos;                /* position in the server's stream; 0 until it was given one */
    uint64_t room_nid;          /* the store's numbers for room and sender; 0 until known */
    uint64_t sender_nid;
    uint64_t target_nid;      /* m.room.member: the user of the state key; of what is for_target: that; else 0 */
    bool for_target;          /* the server's own words to one person: their data, sealed under their key */
    int64_t origin_server_ts; /* ms */
    int64_t taken_ms;         /* when the server took it, where that may be another time; 0: the same */
    int64_t depth;
    str event_id, room_id, type, state_key, sender; /* views into pdu/client; state_key.ptr NULL unless is_state */
    str redacts;                                    /* event id an m.room.redaction names */
    str relates_to;                                 /* m.relates_to.event_id when relation != REL_NONE */
    str relation_type;                              /* m.relates_to.rel_type */
    str relation_key;                               /* m.annotation's key */
    str content;                                    /* canonical JSON object */
    str pdu;
    str client;
    struct event_origin
        *origin; /* NULL: unknown. Set by the store before it publishes; malloced, freed with the event */
};

/* When the server took it: what lifetimes, retention and searches by time go by. */
static inline int64_t event_taken_ms(const struct event *event)
{
    return event->taken_ms ? event->taken_ms : event->origin_server_ts;
}

struct event *event_ref(const struct event *event);
void event_unref(const struct event **event);

/* What a new event is made of. Strings only need to live during event_build(). */
struct event_draft {
    str room_id; /* empty for m.room.create where the version derives it */
    str type, sender;
    str state_key;             /* ptr NULL: not state */
    str content;               /* JSON object text, any formatting */
    yyjson_val *content_value; /* instead of content, if already parsed */
    str redacts;
    int64_t origin_server_ts, depth;
    const str *prev_events; /* event ids */
    size_t prev_count;
    const str *auth_events;
    size_t auth_count;
};

/*
 * Canonicalises, hashes (content hash, reference hash → event id), measures. Not yet allowed by anything.
 * RC_TOO_LARGE beyond the size limits; RC_BAD_JSON for floats, bad numbers or malformed members.
 */
enum rc event_build(const struct room_version *version, const struct event_draft *draft, struct event **ret_event,
                    struct error *err) MUST_USE;
/* From stored bytes. RC_CRYPTO when the event id is not the hash of the bytes (verify) or they do not parse. */
enum rc event_from_pdu(const struct room_version *version, str pdu, str event_id, bool verify,
                       struct event **ret_event) MUST_USE;
/* The same without verification, much faster for the store's own rows: bytes that an authenticated seal has kept since
 * event_build() or event_redact() made them. `redacted` is left to the caller. */
enum rc event_from_stored(const struct room_version *version, str pdu, str event_id, struct event **ret_event) MUST_USE;
/* The redacted form (spec "Redactions" of the version): same event id, pos, nids. */
enum rc event_redact(const struct room_version *version, const struct event *event,
                     struct event **ret_redacted) MUST_USE;
/* Parsed content, in the arena. */
enum rc event_content(const struct event *event, struct arena *arena, yyjson_val **ret_content) MUST_USE;

/* {client,…} closed object: with room_id if wanted, with `"unsigned":<unsigned_json>` if not empty. */
void event_add_client_json(struct strbuf *buf, const struct event *event, bool with_room_id, str unsigned_json);
/* The stripped form for invites and knocks: content, sender, state_key, type. */
void event_add_stripped_json(struct strbuf *buf, const struct event *event);

#endif
