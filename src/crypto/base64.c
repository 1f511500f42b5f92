/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/crypto.h"

static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char URL_SAFE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

str crypto_base64(struct arena *arena, str bytes, bool url)
{
    const char *letters = url ? URL_SAFE : STANDARD;
    const unsigned char *in = (const unsigned char *)bytes.ptr;
    size_t len = bytes.len / 3 * 4 + (bytes.len % 3 ? bytes.len % 3 + 1 : 0), at = 0;
    char *text = arena_alloc_raw(arena, len + 1);
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        bits = bits << 8 | in[i];
        for (held += 8; held >= 6; held -= 6)
            text[at++] = letters[bits >> (held - 6) & 63];
    }
    if (held)
        text[at++] = letters[bits << (6 - held) & 63];
    text[at] = '\0';
    return str_from(text, len);
}

/* The letter's six bits in either alphabet, or -1. */
static int letter_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

enum rc crypto_base64_decode(struct arena *arena, str text, str *ret_bytes)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    if (padding && text.len % 4)
        return RC_INVALID;
    text.len -= padding;
    if (text.len % 4 == 1)
        return RC_INVALID;
    char *bytes = arena_alloc_raw(arena, text.len / 4 * 3 + 3);
    size_t len = 0;
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = letter_value(text.ptr[i]);
        if (value < 0)
            return RC_INVALID;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[len++] = (char)(bits >> held & 255);
        }
    }
    /* Left-over bits are ignored: the spec's own signing seed has some set. */
    bytes[len] = '\0';
    *ret_bytes = str_from(bytes, len);
    return RC_OK;
}

str crypto_hex(struct arena *arena, str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc_raw(arena, bytes.len * 2 + 1);
    for (size_t i = 0; i < bytes.len; i++) {
        text[2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)bytes.ptr[i] & 15];
    }
    text[2 * bytes.len] = '\0';
    return str_from(text, bytes.len * 2);
}
