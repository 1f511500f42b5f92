/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/event_text.h"

#include "crypto/crypto.h"
#include "room/auth.h"
#include "room/event_id.h"
#include "room/redaction.h"

static void add_ids(struct strbuf *buf, const str *ids, size_t count)
{
    strbuf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(buf, ',');
        strbuf_add_json(buf, ids[i]);
    }
    strbuf_add_char(buf, ']');
}

/* `key` is the member's name with quotes and colon. Returns where the value's opening quote stands. */
static size_t add_member(struct strbuf *buf, str key, str value)
{
    strbuf_add(buf, key);
    size_t quote = buf->len;
    strbuf_add_json(buf, value);
    return quote;
}

/* Everything behind the place of `hashes`. */
static void add_tail(struct event_text *text, const struct event_parts *parts)
{
    struct strbuf *buf = &text->buf;
    text->sent.at = buf->len;
    strbuf_add(buf, S("\"origin_server_ts\":"));
    strbuf_add_i64(buf, parts->origin_server_ts);
    strbuf_add_char(buf, ',');
    text->sent.len = buf->len - text->sent.at;
    strbuf_add(buf, S("\"prev_events\":"));
    add_ids(buf, parts->prev_events, parts->prev_count);
    strbuf_add_char(buf, ',');
    text->redacts.at = buf->len;
    if (parts->redacts.len) {
        add_member(buf, S("\"redacts\":"), parts->redacts);
        strbuf_add_char(buf, ',');
    }
    text->redacts.len = buf->len - text->redacts.at;
    if (parts->room_id.len) {
        text->room_id_quote = add_member(buf, S("\"room_id\":"), parts->room_id);
        strbuf_add_char(buf, ',');
    }
    text->sender_at = buf->len;
    text->sender_quote = add_member(buf, S("\"sender\":"), parts->sender);
    if (parts->state_key.ptr)
        text->state_key_quote = add_member(buf, S(",\"state_key\":"), parts->state_key);
    text->type_quote = add_member(buf, S(",\"type\":"), parts->type);
    strbuf_add_char(buf, '}');
}

enum rc event_text_write(struct event_text *text, const struct event_parts *parts, struct error *err)
{
    struct strbuf *buf = &text->buf;
    strbuf_add(buf, S("{\"auth_events\":"));
    add_ids(buf, parts->auth_events, parts->auth_count);
    strbuf_add(buf, S(",\"content\":"));
    text->content.at = buf->len;
    TRY(json_canonical(buf, parts->content, err));
    text->content.len = buf->len - text->content.at;
    strbuf_add(buf, S(",\"depth\":"));
    strbuf_add_i64(buf, parts->depth);
    strbuf_add_char(buf, ',');
    text->hashes_at = buf->len;
    add_tail(text, parts);
    text->pdu = (struct span){0, buf->len};
    return RC_OK;
}

void event_text_fini(struct event_text *text)
{
    strbuf_fini(&text->buf);
}

str event_text_content_hash(const struct event_text *text, struct arena *arena)
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256(event_text_span(text, text->pdu), digest);
    return crypto_base64(arena, str_from(digest, sizeof digest), false);
}

void event_text_set_hash(struct event_text *text, str content_hash)
{
    struct strbuf *buf = &text->buf;
    size_t tail = text->pdu.len - text->hashes_at;
    strbuf_add(buf, S("\"hashes\":{\"sha256\":"));
    strbuf_add_json(buf, content_hash);
    strbuf_add(buf, S("},"));
    size_t shift = buf->len - text->pdu.len;
    /* What was just written behind the tail changes places with it. */
    char *at = strbuf_reserve(buf, shift) - buf->len + text->hashes_at;
    memcpy(buf->ptr + buf->len, at + tail, shift);
    memmove(at + shift, at, tail);
    memcpy(at, buf->ptr + buf->len, shift);
    buf->ptr[buf->len] = '\0';
    text->pdu.len += shift;
    text->sent.at += shift;
    text->redacts.at += shift;
    text->sender_at += shift;
    text->room_id_quote += shift;
    text->sender_quote += shift;
    text->state_key_quote += shift;
    text->type_quote += shift;
}

enum rc event_text_redact(struct event_text *text, const struct room_version *version, const struct event_parts *parts,
                          struct error *err)
{
    text->redacted.at = text->buf.len;
    TRY(redaction_add_content(version, parts->type, parts->content, &text->buf, err));
    text->redacted.len = text->buf.len - text->redacted.at;
    return RC_OK;
}

str event_text_id(struct event_text *text, const struct room_version *version, const struct event_parts *parts,
                  struct arena *arena)
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    struct strbuf *buf = &text->buf;
    size_t at = buf->len, content_end = text->content.at + text->content.len;
    size_t redacts_end = text->redacts.at + text->redacts.len;
    /* The redacted event in whole: no further growth while the text is copied from itself. `redacts` at the top
     * level survives in no version. */
    strbuf_reserve(buf, text->pdu.len + text->redacted.len);
    strbuf_add(buf, str_from(buf->ptr, text->content.at));
    strbuf_add(buf, event_text_span(text, text->redacted));
    strbuf_add(buf, str_from(buf->ptr + content_end, text->redacts.at - content_end));
    strbuf_add(buf, str_from(buf->ptr + redacts_end, text->pdu.len - redacts_end));
    crypto_sha256(str_from(buf->ptr + at, buf->len - at), digest);
    return event_id_of_hash(version, str_from(digest, sizeof digest), id_server_name(parts->sender), arena);
}
