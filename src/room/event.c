/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/event_private.h"

#include "room/redaction.h"

#include <stdlib.h>

struct event *event_ref(const struct event *event)
{
    struct event *shared = (struct event *)event;
    atomic_fetch_add_explicit(&shared->refs, 1, memory_order_relaxed);
    return shared;
}

void event_unref(const struct event **event_ptr)
{
    struct event *event = (struct event *)*event_ptr;
    *event_ptr = NULL;
    if (event && atomic_fetch_sub_explicit(&event->refs, 1, memory_order_acq_rel) == 1) {
        free(event->origin);
        free(event);
    }
}

/* ---- From text to the one allocation ---- */

/* What content says of other events. Views into the parsed content. */
struct relation {
    enum event_relation kind;
    str type, target, key;
};

static enum event_relation relation_kind(str rel_type)
{
    static const struct {
        str name;
        enum event_relation kind;
    } kinds[] = {
        {STR_INIT("m.replace"), REL_REPLACE},
        {STR_INIT("m.annotation"), REL_ANNOTATION},
        {STR_INIT("m.thread"), REL_THREAD},
        {STR_INIT("m.reference"), REL_REFERENCE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (str_eq(kinds[i].name, rel_type))
            return kinds[i].kind;
    return REL_OTHER;
}

/* Spec, client-server API, "Forming relationships between events". A rich reply alone (only m.in_reply_to) has no
 * rel_type and is no relationship in this sense. */
static struct relation relation_of(yyjson_val *content)
{
    yyjson_val *relates = yyjson_obj_getn(content, "m.relates_to", 12);
    if (!relates)
        return (struct relation){REL_NONE};
    str type = json_str_of(yyjson_obj_get(relates, "rel_type"));
    str target = json_str_of(yyjson_obj_get(relates, "event_id"));
    if (!type.len || !target.len)
        return (struct relation){REL_NONE};
    enum event_relation kind = relation_kind(type);
    str key = kind == REL_ANNOTATION ? json_str_of(yyjson_obj_get(relates, "key")) : STR_NONE;
    return (struct relation){kind, type, target, key};
}

/* What an m.room.redaction names, wherever the version keeps it. */
static str redacts_of(const struct room_version *version, const struct event_parts *parts)
{
    if (!str_eq(parts->type, S("m.room.redaction")))
        return STR_NONE;
    return version->redacts_in_content ? json_str_of(yyjson_obj_get(parts->content, "redacts")) : parts->redacts;
}

/* The content as clients see it. Spec v11, "Moving the redacts property": for clients, `redacts` stands in both
 * places whatever the version. */
static void add_client_content(struct strbuf *buf, const struct room_version *version, str content, str redacts,
                               const struct event_parts *parts)
{
    if (!redacts.len || version->redacts_in_content || yyjson_obj_get(parts->content, "redacts")) {
        strbuf_add(buf, content);
        return;
    }
    strbuf_add(buf, str_head(content, content.len - 1));
    strbuf_add(buf, content.len > 2 ? S(",\"redacts\":") : S("\"redacts\":"));
    strbuf_add_json(buf, redacts);
    strbuf_add_char(buf, '}');
}

/* Appends the client form to the text; *ret_id is where the event id stands in it. */
static struct span add_client_form(struct event_text *text, const struct room_version *version,
                                   const struct event_parts *parts, str event_id, str redacts, size_t *ret_id)
{
    struct strbuf *buf = &text->buf;
    size_t at = buf->len;
    /* No growth while the text is copied from itself: an escaped byte takes at most six. */
    strbuf_reserve(buf, text->pdu.len + event_id.len + 12 * redacts.len + 64);
    strbuf_add(buf, S("\"content\":"));
    add_client_content(buf, version, event_text_span(text, text->content), redacts, parts);
    strbuf_add(buf, S(",\"event_id\":\""));
    *ret_id = buf->len - at;
    strbuf_add(buf, event_id);
    strbuf_add(buf, S("\","));
    strbuf_add(buf, event_text_span(text, text->sent));
    strbuf_add(buf, str_from(buf->ptr + text->sender_at, text->pdu.len - text->sender_at - 1));
    if (redacts.len) {
        strbuf_add(buf, S(",\"redacts\":"));
        strbuf_add_json(buf, redacts);
    }
    return (struct span){at, buf->len - at};
}

/* Places the event's strings: in the pdu where they stand there unescaped, else behind the texts. */
struct placement {
    str pdu;
    char *spare;
};

static str place_copy(struct placement *place, str value)
{
    if (!value.len)
        return value.ptr ? str_from("", 0) : STR_NONE;
    char *at = place->spare;
    memcpy(at, value.ptr, value.len);
    place->spare += value.len;
    return str_from(at, value.len);
}

static str place(struct placement *place, size_t quote, str value)
{
    str seen = str_head(str_skip(place->pdu, quote + 1), value.len);
    return str_eq(seen, value) ? seen : place_copy(place, value);
}

static void place_strings(struct event *event, struct placement *at, const struct event_text *text,
                          const struct event_parts *parts)
{
    event->type = place(at, text->type_quote, parts->type);
    event->sender = place(at, text->sender_quote, parts->sender);
    if (parts->state_key.ptr)
        event->state_key = place(at, text->state_key_quote, parts->state_key);
    if (parts->room_id.len) {
        event->room_id = place(at, text->room_id_quote, parts->room_id);
    } else {
        /* Spec v12: the room id is the create event's id with the other sigil. */
        event->room_id = place_copy(at, event->event_id);
        *(char *)event->room_id.ptr = '!';
    }
}

struct event *event_of_text(const struct room_version *version, const struct event_parts *parts,
                            struct event_text *text, str event_id)
{
    str redacts = redacts_of(version, parts);
    struct relation relation = relation_of(parts->content);
    size_t id_at;
    struct span client = add_client_form(text, version, parts, event_id, redacts, &id_at);
    size_t spare = parts->type.len + parts->sender.len + parts->state_key.len + parts->room_id.len + event_id.len
                   + redacts.len + relation.type.len + relation.target.len + relation.key.len;
    struct event *event = xmalloc(sizeof *event + text->pdu.len + client.len + spare);
    memset(event, 0, sizeof *event);
    atomic_init(&event->refs, 1);
    char *bytes = (char *)(event + 1);
    memcpy(bytes, text->buf.ptr, text->pdu.len);
    memcpy(bytes + text->pdu.len, text->buf.ptr + client.at, client.len);
    event->pdu = str_from(bytes, text->pdu.len);
    event->client = str_from(bytes + text->pdu.len, client.len);
    event->content = str_from(bytes + text->content.at, text->content.len);
    event->event_id = str_from(event->client.ptr + id_at, event_id.len);
    struct placement at = {event->pdu, bytes + text->pdu.len + client.len};
    place_strings(event, &at, text, parts);
    event->is_state = parts->state_key.ptr != NULL;
    event->origin_server_ts = parts->origin_server_ts;
    event->depth = parts->depth;
    event->redacts = place_copy(&at, redacts);
    event->relation = relation.kind;
    event->relation_type = place_copy(&at, relation.type);
    event->relates_to = place_copy(&at, relation.target);
    event->relation_key = place_copy(&at, relation.key);
    if (event->is_state && str_eq(event->type, S("m.room.member")))
        event->membership = membership_parse(json_str_of(yyjson_obj_get(parts->content, "membership")));
    return event;
}

/* ---- New events ---- */

static bool integer_fits(int64_t value)
{
    return value >= -JSON_MAX_INTEGER && value <= JSON_MAX_INTEGER;
}

static enum rc check_draft(const struct room_version *version, const struct event_draft *draft, struct error *err)
{
    const str texts[] = {draft->room_id, draft->type, draft->sender, draft->state_key};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].len > EVENT_MAX_ID_BYTES)
            return error_set(err, RC_TOO_LARGE, "type, state key, sender and room id may have at most %d bytes",
                             EVENT_MAX_ID_BYTES);
        if (!str_is_utf8(texts[i]))
            return error_set(err, RC_BAD_JSON, "type, state key, sender and room id must be UTF-8");
    }
    if (!integer_fits(draft->origin_server_ts) || !integer_fits(draft->depth))
        return error_set(err, RC_BAD_JSON, "origin_server_ts or depth is out of range");
    bool derived = version->id_is_create_hash && draft->state_key.ptr && str_eq(draft->type, S("m.room.create"));
    if (derived != (draft->room_id.len == 0))
        return error_set(err, RC_INVALID,
                         derived ? "this version derives the room id from the create event"
                                 : "an event needs a room id");
    return RC_OK;
}

/* From v11 on `redacts` stands in the content. */
static enum rc move_redacts(const struct event_draft *draft, struct arena *arena, struct event_parts *parts,
                            struct error *err)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *content = yyjson_val_mut_copy(doc, parts->content);
    yyjson_mut_obj_remove_key(content, "redacts");
    json_set_str(doc, content, "redacts", draft->redacts);
    return json_parse_object(arena, json_mut_text(arena, content), false, &parts->content, err);
}

static enum rc parts_of_draft(const struct room_version *version, const struct event_draft *draft, struct arena *arena,
                              struct event_parts *parts, struct error *err)
{
    *parts = (struct event_parts){
        .room_id = draft->room_id,
        .type = draft->type,
        .sender = draft->sender,
        .state_key = draft->state_key,
        .origin_server_ts = draft->origin_server_ts,
        .depth = draft->depth,
        .prev_events = draft->prev_events,
        .prev_count = draft->prev_count,
        .auth_events = draft->auth_events,
        .auth_count = draft->auth_count,
        .content = draft->content_value,
    };
    if (!parts->content)
        TRY(json_parse_object(arena, draft->content, false, &parts->content, err));
    if (!yyjson_is_obj(parts->content))
        return error_set(err, RC_BAD_JSON, "content must be an object");
    /* The pdu wraps the content one level deeper, and must be parsed again later. */
    if (!json_depth_fits(parts->content, JSON_MAX_DEPTH - 1))
        return error_set(err, RC_BAD_JSON, "content is nested too deeply");
    if (!draft->redacts.len)
        return RC_OK;
    if (version->redacts_in_content)
        return move_redacts(draft, arena, parts, err);
    parts->redacts = draft->redacts;
    return RC_OK;
}

static enum rc build(const struct room_version *version, const struct event_parts *parts, struct event_text *text,
                     struct arena *arena, struct event **ret_event, struct error *err)
{
    TRY(event_text_write(text, parts, err));
    event_text_set_hash(text, event_text_content_hash(text, arena));
    if (text->pdu.len > EVENT_MAX_BYTES)
        return error_set(err, RC_TOO_LARGE, "an event may have at most %d bytes", EVENT_MAX_BYTES);
    TRY(event_text_redact(text, version, parts, err));
    *ret_event = event_of_text(version, parts, text, event_text_id(text, version, parts, arena));
    return RC_OK;
}

enum rc event_build(const struct room_version *version, const struct event_draft *draft, struct event **ret_event,
                    struct error *err)
{
    TRY(check_draft(version, draft, err));
    struct arena arena = ARENA_INIT;
    struct event_text text = {0};
    struct event_parts parts;
    /* Text without hash, the redacted form and the client form all go into this buffer: one growth at most. */
    strbuf_reserve(&text.buf, 2048 + 2 * draft->content.len);
    enum rc rc = parts_of_draft(version, draft, &arena, &parts, err);
    if (rc == RC_OK)
        rc = build(version, &parts, &text, &arena, ret_event, err);
    event_text_fini(&text);
    arena_fini(&arena);
    return rc;
}

/* ---- Stored events ---- */

static enum rc parse_pdu(str pdu, struct arena *arena, struct event_parts *parts, str *ret_hash)
{
    yyjson_val *root, *hashes;
    bool present;
    str *prev, *auth;
    *parts = (struct event_parts){0};
    TRY(json_parse_object(arena, pdu, false, &root, NULL));
    TRY(json_get_strs(arena, root, "auth_events", &auth, &parts->auth_count, &present, NULL));
    TRY(json_get_strs(arena, root, "prev_events", &prev, &parts->prev_count, &present, NULL));
    parts->auth_events = auth;
    parts->prev_events = prev;
    TRY(json_need_object(root, "content", &parts->content, NULL));
    TRY(json_need_object(root, "hashes", &hashes, NULL));
    TRY(json_need_str(hashes, "sha256", ret_hash, NULL));
    TRY(json_get_i64(root, "depth", 0, &parts->depth, NULL));
    TRY(json_get_i64(root, "origin_server_ts", 0, &parts->origin_server_ts, NULL));
    TRY(json_get_str(root, "room_id", &parts->room_id, NULL));
    TRY(json_get_str(root, "redacts", &parts->redacts, NULL));
    TRY(json_get_str(root, "state_key", &parts->state_key, NULL));
    TRY(json_need_str(root, "sender", &parts->sender, NULL));
    return json_need_str(root, "type", &parts->type, NULL);
}

/*
 * Writing the parts again must give the stored bytes. The content hash holds for the event as it was sent; a
 * redacted event no longer fulfils it, so that its absence is an error unless the content is in redacted form.
 */
static enum rc rebuild(const struct room_version *version, const struct event_parts *parts, str pdu, str hash,
                       str event_id, bool verify, struct event_text *text, struct arena *arena,
                       struct event **ret_event)
{
    TRY(event_text_write(text, parts, NULL));
    str found = event_text_content_hash(text, arena);
    event_text_set_hash(text, hash);
    if (!str_eq(event_text_span(text, text->pdu), pdu))
        return RC_CRYPTO;
    TRY(event_text_redact(text, version, parts, NULL));
    bool stripped = str_eq(event_text_span(text, text->content), event_text_span(text, text->redacted));
    if (verify && !stripped && !str_eq(found, hash))
        return RC_CRYPTO;
    if (verify && !str_eq(event_text_id(text, version, parts, arena), event_id))
        return RC_CRYPTO;
    *ret_event = event_of_text(version, parts, text, event_id);
    (*ret_event)->redacted = stripped && !str_eq(found, hash);
    return RC_OK;
}

enum rc event_from_pdu(const struct room_version *version, str pdu, str event_id, bool verify, struct event **ret_event)
{
    struct arena arena = ARENA_INIT;
    struct event_text text = {0};
    struct event_parts parts;
    str hash;
    strbuf_reserve(&text.buf, 1024 + 2 * pdu.len);
    enum rc rc = event_id.len ? parse_pdu(pdu, &arena, &parts, &hash) : RC_CRYPTO;
    if (rc == RC_OK)
        rc = rebuild(version, &parts, pdu, hash, event_id, verify, &text, &arena, ret_event);
    event_text_fini(&text);
    arena_fini(&arena);
    return rc == RC_OK ? RC_OK : RC_CRYPTO;
}

/* ---- Redaction ---- */

/* The bytes of the redacted event; then they are read like any stored ones. */
static enum rc redacted_pdu(const struct room_version *version, const struct event *event, struct event_text *text,
                            struct arena *arena, str *ret_pdu)
{
    struct event_parts parts;
    str hash;
    struct strbuf content = STRBUF_INIT;
    TRY(parse_pdu(event->pdu, arena, &parts, &hash));
    enum rc rc = redaction_add_content(version, parts.type, parts.content, &content, NULL);
    str kept = strbuf_to_arena(&content, arena);
    strbuf_fini(&content);
    TRY(rc);
    TRY(json_parse_object(arena, kept, false, &parts.content, NULL));
    parts.redacts = STR_NONE;
    TRY(event_text_write(text, &parts, NULL));
    event_text_set_hash(text, hash);
    *ret_pdu = event_text_span(text, text->pdu);
    return RC_OK;
}

enum rc event_redact(const struct room_version *version, const struct event *event, struct event **ret_redacted)
{
    struct arena arena = ARENA_INIT;
    struct event_text text = {0};
    struct event *redacted = NULL;
    str pdu;
    enum rc rc = redacted_pdu(version, event, &text, &arena, &pdu);
    if (rc == RC_OK)
        rc = event_from_pdu(version, pdu, event->event_id, false, &redacted);
    if (rc == RC_OK) {
        redacted->redacted = true;
        redacted->pos = event->pos;
        redacted->taken_ms = event->taken_ms;
        redacted->room_nid = event->room_nid;
        redacted->sender_nid = event->sender_nid;
        redacted->target_nid = event->target_nid;
        redacted->for_target = event->for_target;
        redacted->notifies = event->notifies;
        *ret_redacted = redacted;
    }
    event_text_fini(&text);
    arena_fini(&arena);
    return rc;
}

/* ---- Reading ---- */

enum rc event_content(const struct event *event, struct arena *arena, yyjson_val **ret_content)
{
    return json_parse_object(arena, event->content, false, ret_content, NULL);
}

void event_add_client_json(struct strbuf *buf, const struct event *event, bool with_room_id, str unsigned_json)
{
    strbuf_add_char(buf, '{');
    strbuf_add(buf, event->client);
    if (with_room_id) {
        strbuf_add(buf, S(",\"room_id\":"));
        strbuf_add_json(buf, event->room_id);
    }
    if (unsigned_json.len) {
        strbuf_add(buf, S(",\"unsigned\":"));
        strbuf_add(buf, unsigned_json);
    }
    strbuf_add_char(buf, '}');
}

void event_add_stripped_json(struct strbuf *buf, const struct event *event)
{
    strbuf_add(buf, S("{\"content\":"));
    strbuf_add(buf, event->content);
    strbuf_add(buf, S(",\"sender\":"));
    strbuf_add_json(buf, event->sender);
    strbuf_add(buf, S(",\"state_key\":"));
    strbuf_add_json(buf, event->state_key);
    strbuf_add(buf, S(",\"type\":"));
    strbuf_add_json(buf, event->type);
    strbuf_add_char(buf, '}');
}
