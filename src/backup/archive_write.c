/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "backup/archive_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct archive_writer {
    char *path, *temporary;
    int fd;
    struct crypto_key key;
    struct crypto_stream stream;
    unsigned char header[ARCHIVE_HEADER];
    unsigned char piece[ARCHIVE_PIECE];
    size_t in_piece;
    uint64_t written;
    void (*progress)(uint64_t bytes);
    struct strbuf manifest;
};

static enum rc write_all(int fd, str bytes, struct error *err)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_set(err, RC_IO, "writing the archive: %s", strerror(errno));
        bytes = str_skip(bytes, (size_t)n);
    }
    return RC_OK;
}

static void make_header(struct archive_writer *writer, const struct archive_info *info,
                        const struct crypto_key *recovery_public)
{
    memcpy(writer->header, ARCHIVE_MAGIC, 8);
    writer->header[AT_KIND] = (unsigned char)info->kind;
    put_be(writer->header + AT_MADE, (uint64_t)info->made_ms, 8);
    put_be(writer->header + AT_EXPIRES, (uint64_t)info->expires_ms, 8);
    memcpy(writer->header + AT_RECIPIENT, recovery_public->bytes, CRYPTO_KEY_SIZE);
    crypto_key_new(env_system(), &writer->key);
    crypto_box_seal_key(recovery_public, &writer->key, writer->header + AT_KEY);
    crypto_stream_seal_begin(&writer->stream, &writer->key, writer->header + AT_STREAM);
}

static void writer_free(struct archive_writer **writer_ptr)
{
    struct archive_writer *writer = *writer_ptr;
    if (writer->fd >= 0)
        close(writer->fd);
    crypto_wipe(&writer->key, sizeof writer->key);
    crypto_wipe(&writer->stream, sizeof writer->stream);
    crypto_wipe(writer->piece, sizeof writer->piece);
    strbuf_fini(&writer->manifest);
    free(writer->path);
    free(writer->temporary);
    free(writer);
    *writer_ptr = NULL;
}

void archive_abort(struct archive_writer **writer)
{
    if (!*writer)
        return;
    unlink((*writer)->temporary);
    writer_free(writer);
}

enum rc archive_create(const char *path, const struct archive_info *info, const struct crypto_key *recovery_public,
                       struct archive_writer **ret_writer, struct error *err)
{
    struct archive_writer *writer = xcalloc(1, sizeof *writer);
    writer->path = strdup(path);
    if (asprintf(&writer->temporary, "%s.part", path) < 0)
        abort();
    writer->fd = open(writer->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    enum rc rc = writer->fd >= 0 ? RC_OK : error_set(err, RC_IO, "%.150s: %s", writer->temporary, strerror(errno));
    make_header(writer, info, recovery_public);
    if (rc == RC_OK)
        rc = write_all(writer->fd, str_from(writer->header, ARCHIVE_HEADER), err);
    if (rc != RC_OK) {
        archive_abort(&writer);
        return rc;
    }
    *ret_writer = writer;
    return RC_OK;
}

void archive_watch(struct archive_writer *writer, void (*progress)(uint64_t bytes))
{
    writer->progress = progress;
}

static enum rc put_piece(struct archive_writer *writer, bool last, struct error *err)
{
    unsigned char sealed[ARCHIVE_PIECE + CRYPTO_STREAM_OVERHEAD];
    crypto_stream_seal(&writer->stream, str_from(writer->header, ARCHIVE_HEADER),
                       str_from(writer->piece, writer->in_piece), last, sealed);
    TRY(write_all(writer->fd, str_from(sealed, writer->in_piece + CRYPTO_STREAM_OVERHEAD), err));
    writer->written += writer->in_piece;
    writer->in_piece = 0;
    if (writer->progress)
        writer->progress(writer->written);
    return RC_OK;
}

/* A full piece waits for what follows it: only then is it known not to be the last. */
static enum rc put(struct archive_writer *writer, str bytes, struct error *err)
{
    while (bytes.len) {
        if (writer->in_piece == ARCHIVE_PIECE)
            TRY(put_piece(writer, false, err));
        str part = str_head(bytes, ARCHIVE_PIECE - writer->in_piece);
        memcpy(writer->piece + writer->in_piece, part.ptr, part.len);
        writer->in_piece += part.len;
        bytes = str_skip(bytes, part.len);
    }
    return RC_OK;
}

static enum rc put_entry(struct archive_writer *writer, str name, uint64_t size, struct error *err)
{
    unsigned char numbers[8];
    put_be(numbers, name.len, 2);
    TRY(put(writer, str_from(numbers, 2), err));
    TRY(put(writer, name, err));
    put_be(numbers, size, 8);
    return put(writer, str_from(numbers, 8), err);
}

static void list_entry(struct archive_writer *writer, str name, uint64_t size, struct crypto_sha256 *hash)
{
    struct arena arena = ARENA_INIT;
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256_end(hash, digest);
    strbuf_add(&writer->manifest, crypto_hex(&arena, str_from(digest, sizeof digest)));
    strbuf_printf(&writer->manifest, " %llu %.*s\n", (unsigned long long)size, STR_ARG(name));
    arena_fini(&arena);
}

enum rc archive_add(struct archive_writer *writer, str name, str bytes, struct error *err)
{
    struct crypto_sha256 hash;
    crypto_sha256_begin(&hash);
    crypto_sha256_add(&hash, bytes);
    TRY(put_entry(writer, name, bytes.len, err));
    TRY(put(writer, bytes, err));
    list_entry(writer, name, bytes.len, &hash);
    return RC_OK;
}

enum rc archive_add_file(struct archive_writer *writer, str name, int fd, struct error *err)
{
    char buffer[ARCHIVE_PIECE];
    struct stat st;
    struct crypto_sha256 hash;
    if (fstat(fd, &st) != 0)
        return error_set(err, RC_IO, "reading %.*s: %s", STR_ARG(str_head(name, 100)), strerror(errno));
    crypto_sha256_begin(&hash);
    TRY(put_entry(writer, name, (uint64_t)st.st_size, err));
    for (off_t left = st.st_size; left > 0;) {
        ssize_t n = read(fd, buffer, left < (off_t)sizeof buffer ? (size_t)left : sizeof buffer);
        if (n <= 0)
            return error_set(err, RC_IO, "reading %.*s: %s", STR_ARG(str_head(name, 100)),
                             n < 0 ? strerror(errno) : "it became shorter");
        crypto_sha256_add(&hash, str_from(buffer, (size_t)n));
        TRY(put(writer, str_from(buffer, (size_t)n), err));
        left -= n;
    }
    list_entry(writer, name, (uint64_t)st.st_size, &hash);
    return RC_OK;
}

static enum rc sync_folder_of(const char *path, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? arena_cstr(&arena, str_from(path, (size_t)(slash - path) + 1)) : ".";
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    arena_fini(&arena);
    return ok ? RC_OK : error_set(err, RC_IO, "syncing the backup folder: %s", strerror(errno));
}

enum rc archive_finish(struct archive_writer **writer_ptr, bool verify, struct error *err)
{
    struct archive_writer *writer = *writer_ptr;
    enum rc rc = put_entry(writer, ARCHIVE_MANIFEST, writer->manifest.len, err);
    if (rc == RC_OK)
        rc = put(writer, strbuf_str(&writer->manifest), err);
    if (rc == RC_OK)
        rc = put_piece(writer, true, err);
    if (rc == RC_OK && fsync(writer->fd) != 0)
        rc = error_set(err, RC_IO, "syncing the archive: %s", strerror(errno));
    if (rc == RC_OK && verify)
        rc = archive_read_with(writer->temporary, &writer->key, NULL, NULL, err);
    if (rc == RC_OK && rename(writer->temporary, writer->path) != 0)
        rc = error_set(err, RC_IO, "naming the archive: %s", strerror(errno));
    if (rc == RC_OK)
        rc = sync_folder_of(writer->path, err);
    if (rc != RC_OK)
        unlink(writer->temporary);
    writer_free(writer_ptr);
    return rc;
}
