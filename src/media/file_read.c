/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media/file_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEALED_PIECE = MEDIA_PIECE + CRYPTO_SEAL_OVERHEAD };

void media_path(str name, str variant, char ret_path[MEDIA_PATH_ROOM])
{
    snprintf(ret_path, MEDIA_PATH_ROOM, "%.2s/%.*s%s%.*s", name.ptr, STR_ARG(name), variant.len ? "." : "",
             STR_ARG(variant));
}

str media_piece_context(str name, str variant, uint64_t index, bool last, char *room, size_t size)
{
    int len = snprintf(room, size, "media:%.*s:%.*s:%llu:%d", STR_ARG(name), STR_ARG(variant),
                       (unsigned long long)index, last);
    return str_from(room, (size_t)len);
}

struct media_reader {
    int fd;
    struct crypto_key key;
    char name[MEDIA_NAME_LEN + 1], variant[32];
    uint64_t left, index; /* sealed bytes, pieces */
    size_t skip;          /* plain bytes of the next piece nobody asked for */
    char sealed[SEALED_PIECE];
};

enum rc media_reader_open(struct media_folder *folder, str name, str variant, const struct crypto_key *key,
                          struct media_reader **ret_reader, uint64_t *ret_size)
{
    char path[MEDIA_PATH_ROOM];
    struct stat info;
    if (name.len != MEDIA_NAME_LEN || variant.len >= sizeof(((struct media_reader *)0)->variant))
        return RC_NOT_FOUND;
    media_path(name, variant, path);
    int fd = openat(folder->fd, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_IO;
    if (fstat(fd, &info) != 0 || info.st_size < CRYPTO_SEAL_OVERHEAD) {
        close(fd);
        return RC_IO;
    }
    struct media_reader *reader = xmalloc(sizeof *reader);
    *reader = (struct media_reader){.fd = fd, .key = *key, .left = (uint64_t)info.st_size};
    memcpy(reader->name, name.ptr, name.len);
    if (variant.len)
        memcpy(reader->variant, variant.ptr, variant.len);
    uint64_t pieces = (reader->left + SEALED_PIECE - 1) / SEALED_PIECE;
    *ret_size = reader->left - pieces * CRYPTO_SEAL_OVERHEAD;
    *ret_reader = reader;
    return RC_OK;
}

enum rc media_reader_seek(struct media_reader *reader, uint64_t offset)
{
    uint64_t index = offset / MEDIA_PIECE, before = reader->index;
    uint64_t whole = reader->left + before * SEALED_PIECE; /* every piece but the last is full */
    if (whole < CRYPTO_SEAL_OVERHEAD || index * SEALED_PIECE >= whole)
        return RC_INVALID;
    if (lseek(reader->fd, (off_t)(index * SEALED_PIECE), SEEK_SET) < 0)
        return RC_IO;
    reader->index = index;
    reader->left = whole - index * SEALED_PIECE;
    reader->skip = (size_t)(offset % MEDIA_PIECE);
    return RC_OK;
}

static enum rc read_all(int fd, char *bytes, size_t len)
{
    while (len) {
        ssize_t n = read(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return RC_IO;
        bytes += n;
        len -= (size_t)n;
    }
    return RC_OK;
}

enum rc media_reader_next(struct media_reader *reader, struct strbuf *buf)
{
    if (!reader->left)
        return RC_OK;
    size_t len = reader->left < SEALED_PIECE ? (size_t)reader->left : SEALED_PIECE;
    TRY(read_all(reader->fd, reader->sealed, len));
    reader->left -= len;
    char context[MEDIA_PATH_ROOM];
    str plain, room = media_piece_context(str_of(reader->name), str_of(reader->variant), reader->index++,
                                          reader->left == 0, context, sizeof context);
    struct arena arena = ARENA_INIT;
    enum rc rc = crypto_open(&arena, &reader->key, room, str_from(reader->sealed, len), &plain);
    if (rc == RC_OK)
        strbuf_add(buf, str_skip(plain, reader->skip));
    reader->skip = 0;
    arena_fini(&arena);
    return rc;
}

void media_reader_close(struct media_reader **reader)
{
    if (!*reader)
        return;
    close((*reader)->fd);
    crypto_wipe(&(*reader)->key, sizeof(*reader)->key);
    free(*reader);
    *reader = NULL;
}

enum rc media_file_read(struct media_folder *folder, str name, str variant, const struct crypto_key *key, uint64_t max,
                        struct strbuf *buf)
{
    struct media_reader *reader;
    uint64_t size;
    TRY(media_reader_open(folder, name, variant, key, &reader, &size));
    enum rc rc = size > max ? RC_TOO_LARGE : RC_OK;
    while (rc == RC_OK && reader->left)
        rc = media_reader_next(reader, buf);
    media_reader_close(&reader);
    return rc;
}
