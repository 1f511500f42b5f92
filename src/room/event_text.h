/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * An event's canonical JSON, written by hand in key order (no document is built for it), and its two hashes
 * (spec: server-server API, "Calculating the content hash for an event" and "Calculating the reference hash").
 */
#ifndef ROOM_EVENT_TEXT_H
#define ROOM_EVENT_TEXT_H

#include "room/version.h"
#include "json/json.h"

/* What stands in an event. Nothing here is owned. */
struct event_parts {
    str room_id; /* empty: not written (m.room.create of v12) */
    str type, sender;
    str state_key; /* ptr NULL: not state */
    str redacts;   /* top level, before v11; empty: not written */
    int64_t origin_server_ts, depth;
    const str *prev_events, *auth_events;
    size_t prev_count, auth_count;
    yyjson_val *content;
};

/* A stretch of the text. */
struct span {
    size_t at, len;
};

/* The text grows at the end, so all places are offsets. */
struct event_text {
    struct strbuf buf;
    struct span pdu;      /* the canonical event; starts at 0 */
    struct span content;  /* the object */
    struct span redacted; /* the redacted content, behind the pdu */
    struct span redacts;  /* `"redacts":"…",` */
    struct span sent;     /* `"origin_server_ts":…,` */
    size_t hashes_at;     /* where `"hashes":{…},` stands or will stand */
    size_t sender_at;     /* from here to the end: `"sender":…,"type":"…"}` */
    /* The opening quotes of values. */
    size_t room_id_quote, sender_quote, state_key_quote, type_quote;
};

/* The pdu without hashes. */
enum rc event_text_write(struct event_text *text, const struct event_parts *parts, struct error *err) MUST_USE;
void event_text_fini(struct event_text *text);
/* Base64 of the content hash, in the arena; before event_text_set_hash(). */
str event_text_content_hash(const struct event_text *text, struct arena *arena);
void event_text_set_hash(struct event_text *text, str content_hash);
/* Fills text->redacted; after event_text_set_hash(). */
enum rc event_text_redact(struct event_text *text, const struct room_version *version, const struct event_parts *parts,
                          struct error *err) MUST_USE;
/* The event id, in the arena; after event_text_redact(). */
str event_text_id(struct event_text *text, const struct room_version *version, const struct event_parts *parts,
                  struct arena *arena);

static inline str event_text_span(const struct event_text *text, struct span span)
{
    return str_from(text->buf.ptr + span.at, span.len);
}

#endif
