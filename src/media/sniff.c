/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/sniff.h"

#include "base/strbuf.h"

enum { NAME_MAX_BYTES = 255, TYPE_MAX_BYTES = 127, RIFF_NAME = 8 };

static const struct {
    size_t offset;
    str magic, type;
} magics[] = {
    {0, STR_INIT("\xff\xd8\xff"), STR_INIT("image/jpeg")},
    {0, STR_INIT("\x89PNG\r\n\x1a\n"), STR_INIT("image/png")},
    {0, STR_INIT("GIF87a"), STR_INIT("image/gif")},
    {0, STR_INIT("GIF89a"), STR_INIT("image/gif")},
    {0, STR_INIT("BM"), STR_INIT("image/bmp")},
    {0, STR_INIT("II*\0"), STR_INIT("image/tiff")},
    {0, STR_INIT("MM\0*"), STR_INIT("image/tiff")},
    {0, STR_INIT("%PDF-"), STR_INIT("application/pdf")},
    {0, STR_INIT("PK\x03\x04"), STR_INIT("application/zip")},
    {0, STR_INIT("\x1f\x8b"), STR_INIT("application/gzip")},
    {0, STR_INIT("\x1a\x45\xdf\xa3"), STR_INIT("video/webm")},
    {0, STR_INIT("OggS"), STR_INIT("audio/ogg")},
    {0, STR_INIT("fLaC"), STR_INIT("audio/flac")},
    {0, STR_INIT("ID3"), STR_INIT("audio/mpeg")},
    {RIFF_NAME, STR_INIT("WEBP"), STR_INIT("image/webp")},
    {RIFF_NAME, STR_INIT("WAVE"), STR_INIT("audio/wav")},
    {4, STR_INIT("ftypavif"), STR_INIT("image/avif")},
    {4, STR_INIT("ftypavis"), STR_INIT("image/avif")},
    {4, STR_INIT("ftypheic"), STR_INIT("image/heic")},
    {4, STR_INIT("ftypheix"), STR_INIT("image/heic")},
    {4, STR_INIT("ftypmif1"), STR_INIT("image/heic")},
    {4, STR_INIT("ftypmsf1"), STR_INIT("image/heic")},
    {4, STR_INIT("ftyphevc"), STR_INIT("image/heic")},
    {4, STR_INIT("ftypqt  "), STR_INIT("video/quicktime")},
    {4, STR_INIT("ftypM4A"), STR_INIT("audio/mp4")},
    {4, STR_INIT("ftyp"), STR_INIT("video/mp4")},
    {0, STR_INIT("\xff\xf1"), STR_INIT("audio/aac")},
    {0, STR_INIT("\xff\xf9"), STR_INIT("audio/aac")},
    {0, STR_INIT("\xff\xfb"), STR_INIT("audio/mpeg")},
    {0, STR_INIT("\xff\xf3"), STR_INIT("audio/mpeg")},
    {0, STR_INIT("\xff\xf2"), STR_INIT("audio/mpeg")},
};

str media_sniff(str bytes)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (bytes.len > magics[i].offset && str_starts(str_skip(bytes, magics[i].offset), magics[i].magic)
            && (magics[i].offset != RIFF_NAME || str_starts(bytes, S("RIFF"))))
            return magics[i].type;
    return STR_NONE;
}

/* ---- the type to serve as ---- */

static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("!#$&-^_.+", c));
}

/* "Text/HTML; charset=utf-8" → "text/html". STR_NONE when it is no media type. */
static str type_normal(struct arena *arena, str declared)
{
    str head;
    (void)str_split(declared, ';', &head);
    head = str_trim(head);
    size_t slash = str_find_char(head, '/');
    if (head.len > TYPE_MAX_BYTES || slash == 0 || slash + 1 >= head.len)
        return STR_NONE;
    char *lower = arena_alloc_raw(arena, head.len);
    for (size_t i = 0; i < head.len; i++) {
        char c = head.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (i != slash && !is_token_char(lower[i]))
            return STR_NONE;
    }
    return str_from(lower, head.len);
}

static str type_family(str type)
{
    return str_head(type, str_find_char(type, '/'));
}

static bool is_audiovisual(str type)
{
    str family = type_family(type);
    return str_eq(family, S("image")) || str_eq(family, S("audio")) || str_eq(family, S("video"));
}

/* Containers that hold either: sound alone and film look alike in their first bytes. */
static bool is_same_container(str sniffed, str declared)
{
    static const str pairs[][2] = {
        {STR_INIT("video/webm"), STR_INIT("audio/webm")},       {STR_INIT("audio/ogg"), STR_INIT("video/ogg")},
        {STR_INIT("video/mp4"), STR_INIT("audio/mp4")},         {STR_INIT("video/mp4"), STR_INIT("audio/x-m4a")},
        {STR_INIT("image/png"), STR_INIT("image/apng")},        {STR_INIT("audio/wav"), STR_INIT("audio/wave")},
        {STR_INIT("audio/wav"), STR_INIT("audio/x-wav")},       {STR_INIT("audio/wav"), STR_INIT("audio/x-pn-wav")},
        {STR_INIT("audio/flac"), STR_INIT("audio/x-flac")},     {STR_INIT("image/heic"), STR_INIT("image/heif")},
        {STR_INIT("video/webm"), STR_INIT("video/x-matroska")}, {STR_INIT("video/mp4"), STR_INIT("video/quicktime")},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (str_eq(sniffed, pairs[i][0]) && str_eq(declared, pairs[i][1]))
            return true;
    return false;
}

str media_type_of(struct arena *arena, str declared, str bytes)
{
    str sniffed = media_sniff(bytes), type = type_normal(arena, declared);
    if (!sniffed.len)
        return !type.len || is_audiovisual(type) ? S("application/octet-stream") : type;
    if (str_eq(sniffed, type) || is_same_container(sniffed, type))
        return type;
    /* Many formats are zip or gzip inside; and what was sealed by its sender is nothing but bytes. */
    if (type.len && !is_audiovisual(sniffed) && !is_audiovisual(type))
        return type;
    if (str_eq(type, S("application/octet-stream")))
        return type;
    return sniffed;
}

bool media_type_is_inline(str type)
{
    static const str types[] = {
        STR_INIT("text/css"),         STR_INIT("text/plain"),          STR_INIT("text/csv"),
        STR_INIT("application/json"), STR_INIT("application/ld+json"), STR_INIT("image/jpeg"),
        STR_INIT("image/gif"),        STR_INIT("image/png"),           STR_INIT("image/apng"),
        STR_INIT("image/webp"),       STR_INIT("image/avif"),          STR_INIT("video/mp4"),
        STR_INIT("video/webm"),       STR_INIT("video/ogg"),           STR_INIT("video/quicktime"),
        STR_INIT("audio/mp4"),        STR_INIT("audio/webm"),          STR_INIT("audio/aac"),
        STR_INIT("audio/mpeg"),       STR_INIT("audio/ogg"),           STR_INIT("audio/wave"),
        STR_INIT("audio/wav"),        STR_INIT("audio/x-wav"),         STR_INIT("audio/x-pn-wav"),
        STR_INIT("audio/flac"),       STR_INIT("audio/x-flac"),
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq(types[i], type))
            return true;
    return false;
}

/* ---- file names ---- */

str media_name_clean(struct arena *arena, str name)
{
    if (!str_is_utf8(name))
        return STR_NONE;
    for (size_t i = 0; i < name.len; i++) /* what stands before the last separator is a folder */
        if (name.ptr[i] == '/' || name.ptr[i] == '\\') {
            name = str_skip(name, i + 1);
            i = (size_t)-1;
        }
    char *clean = arena_alloc_raw(arena, name.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] >= 0x20 && name.ptr[i] != 0x7f)
            clean[len++] = name.ptr[i];
    if (len > NAME_MAX_BYTES) {
        len = NAME_MAX_BYTES;
        while (len && ((unsigned char)clean[len] & 0xc0) == 0x80) /* not inside a character */
            len--;
    }
    str trimmed = str_trim(str_from(clean, len));
    while (trimmed.len && trimmed.ptr[0] == '.')
        trimmed = str_skip(trimmed, 1);
    return trimmed;
}

static bool is_plain_ascii(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] >= 0x7f || name.ptr[i] == '"' || name.ptr[i] == '\\' || name.ptr[i] == '%')
            return false;
    return true;
}

str media_disposition(struct arena *arena, str type, str name)
{
    struct strbuf buf = STRBUF_INIT;
    strbuf_add(&buf, media_type_is_inline(type) ? S("inline") : S("attachment"));
    if (name.len && is_plain_ascii(name)) {
        strbuf_printf(&buf, "; filename=\"%.*s\"", STR_ARG(name));
    } else if (name.len) {
        strbuf_add(&buf, S("; filename*=utf-8''"));
        for (size_t i = 0; i < name.len; i++) {
            unsigned char c = (unsigned char)name.ptr[i];
            bool plain =
                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
            if (plain)
                strbuf_add_char(&buf, (char)c);
            else
                strbuf_printf(&buf, "%%%02X", c);
        }
    }
    str value = strbuf_to_arena(&buf, arena);
    strbuf_fini(&buf);
    return value;
}
