/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/log_note.h"

enum { KEY_ID_SIZE = 4, PUBLIC_KEY_SIZE = 32, TYPE_ED25519 = 1, SIGNATURES_MAX = 16 };
#define DASH "\xe2\x80\x94 " /* U+2014: how a signature line begins */

/* ---- parts ---- */

/* signed-note, "Ed25519 signatures": of name, newline, type and key, the first four bytes of the hash. */
static void key_id(struct arena *arena, str name, const unsigned char public_key[32], unsigned char ret_id[KEY_ID_SIZE])
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    str text = arena_concat(arena, name, S("\n\x01"), str_from(public_key, PUBLIC_KEY_SIZE));
    crypto_sha256(text, digest);
    memcpy(ret_id, digest, KEY_ID_SIZE);
}

/* The notes' Base64 has its padding. */
static str base64(struct arena *arena, str bytes)
{
    static const str padding[] = {STR_INIT(""), STR_INIT("=="), STR_INIT("=")};
    return arena_concat(arena, crypto_base64(arena, bytes, false), padding[bytes.len % 3], STR_NONE);
}

/* In one spelling only, so that a note can be compared as text. */
static enum rc base64_read(struct arena *arena, str text, size_t size, str *ret_bytes)
{
    TRY(crypto_base64_decode(arena, text, ret_bytes));
    return ret_bytes->len == size && str_eq(base64(arena, *ret_bytes), text) ? RC_OK : RC_INVALID;
}

/* ---- making ---- */

str log_note_make(struct arena *arena, const struct log_head *head, const struct crypto_signer *signer)
{
    unsigned char signature[KEY_ID_SIZE + CRYPTO_SIGNATURE_SIZE];
    str root = base64(arena, str_from(head->root.bytes, sizeof head->root.bytes));
    str text =
        arena_printf(arena, "%.*s\n%llu\n%.*s\n", STR_ARG(head->origin), (unsigned long long)head->size, STR_ARG(root));
    key_id(arena, head->origin, signer->public_key, signature);
    crypto_signer_sign(signer, text, signature + KEY_ID_SIZE);
    str value = base64(arena, str_from(signature, sizeof signature));
    return arena_printf(arena, "%.*s\n" DASH "%.*s %.*s\n", STR_ARG(text), STR_ARG(head->origin), STR_ARG(value));
}

str log_note_verifier(struct arena *arena, str origin, const unsigned char public_key[32])
{
    unsigned char id[KEY_ID_SIZE], key[1 + PUBLIC_KEY_SIZE] = {TYPE_ED25519};
    key_id(arena, origin, public_key, id);
    memcpy(key + 1, public_key, PUBLIC_KEY_SIZE);
    str id_text = crypto_hex(arena, str_from(id, sizeof id)), key_text = base64(arena, str_from(key, sizeof key));
    return arena_printf(arena, "%.*s+%.*s+%.*s", STR_ARG(origin), STR_ARG(id_text), STR_ARG(key_text));
}

/* ---- reading ---- */

static enum rc head_read(struct arena *arena, str text, struct log_head *ret_head)
{
    str size, root, bytes;
    str rest = str_split(text, '\n', &ret_head->origin);
    rest = str_split(rest, '\n', &size);
    rest = str_split(rest, '\n', &root);
    if (rest.len > 0) /* extension lines: not ours */
        return RC_INVALID;
    if (size.len > 1 && size.ptr[0] == '0')
        return RC_INVALID;
    TRY(str_to_u64(size, &ret_head->size));
    TRY(base64_read(arena, root, sizeof ret_head->root.bytes, &bytes));
    memcpy(ret_head->root.bytes, bytes.ptr, bytes.len);
    return RC_OK;
}

/* RC_NOT_FOUND: a line of somebody else. */
static enum rc line_check(struct arena *arena, str line, str text, str origin, const unsigned char public_key[32])
{
    unsigned char id[KEY_ID_SIZE];
    str name, bytes;
    if (!str_starts(line, S(DASH)))
        return RC_INVALID;
    str value = str_split(str_skip(line, sizeof DASH - 1), ' ', &name);
    key_id(arena, origin, public_key, id);
    if (!str_eq(name, origin))
        return RC_NOT_FOUND;
    if (crypto_base64_decode(arena, value, &bytes) != RC_OK || bytes.len < KEY_ID_SIZE)
        return RC_INVALID;
    if (memcmp(bytes.ptr, id, KEY_ID_SIZE) != 0)
        return RC_NOT_FOUND;
    if (bytes.len != KEY_ID_SIZE + CRYPTO_SIGNATURE_SIZE)
        return RC_CRYPTO;
    return crypto_verify(public_key, text, (const unsigned char *)bytes.ptr + KEY_ID_SIZE);
}

enum rc log_note_read(struct arena *arena, str note, str origin, const unsigned char public_key[32],
                      struct log_head *ret_head)
{
    /* Three lines and a blank one: what a checkpoint without extensions has before its signatures. */
    str line, rest = note;
    for (int i = 0; i < 3; i++) {
        rest = str_split(rest, '\n', &line);
        if (!rest.ptr || line.len == 0)
            return RC_INVALID;
    }
    str text = str_head(note, note.len - rest.len);
    if (!str_starts(rest, S("\n")) || !str_ends(note, S("\n")))
        return RC_INVALID;
    rest = str_skip(rest, 1);
    bool is_signed = false;
    for (int i = 0; rest.len > 0; i++) {
        rest = str_split(rest, '\n', &line);
        enum rc rc = i < SIGNATURES_MAX ? line_check(arena, line, text, origin, public_key) : RC_TOO_LARGE;
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        is_signed |= rc == RC_OK;
    }
    struct log_head head;
    if (!is_signed)
        return RC_CRYPTO;
    TRY(head_read(arena, text, &head));
    if (!str_eq(head.origin, origin))
        return RC_INVALID;
    *ret_head = head;
    return RC_OK;
}
