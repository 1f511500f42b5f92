/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/archive_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANIFEST_MOST = 1 << 28 };

struct reader {
    FILE *file;
    struct crypto_stream stream;
    unsigned char header[ARCHIVE_HEADER];
    unsigned char piece[ARCHIVE_PIECE];
    size_t at, len;
    bool last;
    struct strbuf manifest; /* what the content turned out to be */
};

static enum rc broken(struct error *err)
{
    error_set(err, RC_CRYPTO, "the archive was changed, cut off, or is not readable with this key");
    return RC_CRYPTO;
}

static enum rc next_piece(struct reader *reader, struct error *err)
{
    unsigned char sealed[ARCHIVE_PIECE + CRYPTO_STREAM_OVERHEAD];
    size_t got = fread(sealed, 1, sizeof sealed, reader->file);
    if (reader->last || ferror(reader->file)
        || crypto_stream_open(&reader->stream, str_from(reader->header, ARCHIVE_HEADER), str_from(sealed, got),
                              reader->piece, &reader->last)
               != RC_OK)
        return broken(err);
    reader->at = 0;
    reader->len = got - CRYPTO_STREAM_OVERHEAD;
    return reader->last && fgetc(reader->file) != EOF ? broken(err) : RC_OK;
}

/* Up to `most` bytes, at least one. */
static enum rc some(struct reader *reader, uint64_t most, str *ret_bytes, struct error *err)
{
    if (reader->at == reader->len)
        TRY(next_piece(reader, err));
    size_t len = reader->len - reader->at;
    if (len == 0)
        return broken(err);
    if (len > most)
        len = (size_t)most;
    *ret_bytes = str_from(reader->piece + reader->at, len);
    reader->at += len;
    return RC_OK;
}

static enum rc exactly(struct reader *reader, void *ret_bytes, size_t len, struct error *err)
{
    for (char *to = ret_bytes; len;) {
        str part;
        TRY(some(reader, len, &part, err));
        memcpy(to, part.ptr, part.len);
        to += part.len;
        len -= part.len;
    }
    return RC_OK;
}

static enum rc read_name(struct reader *reader, char name[ARCHIVE_NAME_MAX + 1], uint64_t *ret_size, struct error *err)
{
    unsigned char numbers[8];
    TRY(exactly(reader, numbers, 2, err));
    uint64_t len = get_be(numbers, 2);
    if (len == 0 || len > ARCHIVE_NAME_MAX)
        return broken(err);
    TRY(exactly(reader, name, len, err));
    name[len] = '\0';
    TRY(exactly(reader, numbers, 8, err));
    *ret_size = get_be(numbers, 8);
    return RC_OK;
}

static void list_entry(struct reader *reader, const char *name, uint64_t size, struct crypto_sha256 *hash)
{
    struct arena arena = ARENA_INIT;
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256_end(hash, digest);
    strbuf_add(&reader->manifest, crypto_hex(&arena, str_from(digest, sizeof digest)));
    strbuf_printf(&reader->manifest, " %llu %s\n", (unsigned long long)size, name);
    arena_fini(&arena);
}

static enum rc read_entry(struct reader *reader, const char *name, uint64_t size, struct archive_sink *sink,
                          struct error *err)
{
    struct crypto_sha256 hash;
    crypto_sha256_begin(&hash);
    if (sink)
        TRY(sink->begin(sink, str_of(name), size, err));
    for (uint64_t left = size; left;) {
        str part;
        TRY(some(reader, left, &part, err));
        crypto_sha256_add(&hash, part);
        if (sink)
            TRY(sink->data(sink, part, err));
        left -= part.len;
    }
    list_entry(reader, name, size, &hash);
    return sink ? sink->end(sink, err) : RC_OK;
}

static enum rc check_manifest(struct reader *reader, uint64_t size, struct error *err)
{
    str expected = strbuf_str(&reader->manifest);
    if (size != expected.len || size > MANIFEST_MOST)
        return broken(err);
    while (expected.len) {
        str part;
        TRY(some(reader, expected.len, &part, err));
        if (!str_eq(part, str_head(expected, part.len)))
            return broken(err);
        expected = str_skip(expected, part.len);
    }
    return reader->last && reader->at == reader->len ? RC_OK : broken(err);
}

static enum rc read_content(struct reader *reader, struct archive_sink *sink, struct error *err)
{
    char name[ARCHIVE_NAME_MAX + 1];
    uint64_t size;
    for (;;) {
        TRY(read_name(reader, name, &size, err));
        if (str_eq(str_of(name), ARCHIVE_MANIFEST))
            return check_manifest(reader, size, err);
        TRY(read_entry(reader, name, size, sink, err));
    }
}

static enum rc read_header(FILE *file, unsigned char header[ARCHIVE_HEADER], struct archive_info *ret_info,
                           struct error *err)
{
    if (fread(header, 1, ARCHIVE_HEADER, file) != ARCHIVE_HEADER || memcmp(header, ARCHIVE_MAGIC, 8) != 0
        || (header[AT_KIND] != ARCHIVE_DATA && header[AT_KIND] != ARCHIVE_KEYS))
        return error_set(err, RC_INVALID, "this is not an archive of parley");
    if (ret_info)
        *ret_info = (struct archive_info){.kind = (enum archive_kind)header[AT_KIND],
                                          .made_ms = (int64_t)get_be(header + AT_MADE, 8),
                                          .expires_ms = (int64_t)get_be(header + AT_EXPIRES, 8)};
    return RC_OK;
}

enum rc archive_peek(const char *path, struct archive_info *ret_info, struct error *err)
{
    unsigned char header[ARCHIVE_HEADER];
    FILE *file = fopen(path, "rbe");
    if (!file)
        return error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    enum rc rc = read_header(file, header, ret_info, err);
    fclose(file);
    return rc;
}

static enum rc read_opened(struct reader *reader, const struct crypto_key *recovery_secret,
                           const struct crypto_key *archive_key, struct archive_sink *sink,
                           struct archive_info *ret_info, struct error *err)
{
    struct crypto_key key;
    TRY(read_header(reader->file, reader->header, ret_info, err));
    if (archive_key)
        key = *archive_key;
    else if (crypto_box_open_key(recovery_secret, reader->header + AT_KEY, &key) != RC_OK)
        return error_set(err, RC_CRYPTO, "this recovery key is not the one the archive was sealed for");
    enum rc rc = crypto_stream_open_begin(&reader->stream, &key, reader->header + AT_STREAM);
    crypto_wipe(&key, sizeof key);
    return rc == RC_OK ? read_content(reader, sink, err) : broken(err);
}

static enum rc read_path(const char *path, const struct crypto_key *recovery_secret,
                         const struct crypto_key *archive_key, struct archive_sink *sink, struct archive_info *ret_info,
                         struct error *err)
{
    struct reader *reader = xcalloc(1, sizeof *reader);
    reader->file = fopen(path, "rbe");
    enum rc rc = reader->file ? read_opened(reader, recovery_secret, archive_key, sink, ret_info, err)
                              : error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    if (reader->file)
        fclose(reader->file);
    strbuf_fini(&reader->manifest);
    crypto_wipe(reader, sizeof *reader);
    free(reader);
    return rc;
}

enum rc archive_read(const char *path, const struct crypto_key *recovery_secret, struct archive_sink *sink,
                     struct archive_info *ret_info, struct error *err)
{
    return read_path(path, recovery_secret, NULL, sink, ret_info, err);
}

enum rc archive_read_with(const char *path, const struct crypto_key *archive_key, struct archive_sink *sink,
                          struct archive_info *ret_info, struct error *err)
{
    return read_path(path, NULL, archive_key, sink, ret_info, err);
}
