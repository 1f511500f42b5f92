/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * An archive: files in one sealed stream that only the holder of the recovery key opens.
 *
 *   header   magic, kind, times, recovery key's public half, the archive's key sealed to it, stream header
 *   pieces   64 KiB of content and 17 bytes each, the last one shorter and marked as the last (crypto/stream.h);
 *            the header is authenticated with every piece
 *   content  entries: name length (2, big endian), name, size (8), bytes; at last the entry "manifest", which lists
 *            SHA-256, size and name of each
 *
 * It is written under a temporary name, synced, read back when asked to, and renamed: it is there whole or not at all.
 */
#ifndef BACKUP_ARCHIVE_H
#define BACKUP_ARCHIVE_H

#include "crypto/stream.h"

enum { ARCHIVE_PIECE = 64 * 1024, ARCHIVE_NAME_MAX = 255, ARCHIVE_HEADER = 8 + 8 + 8 + 8 + 32 + 80 + 24 };
#define ARCHIVE_MANIFEST S("manifest")

enum archive_kind { ARCHIVE_DATA = 'd', ARCHIVE_KEYS = 'k' };

struct archive_info {
    enum archive_kind kind;
    int64_t made_ms, expires_ms; /* 0: never */
};

struct archive_writer;

enum rc archive_create(const char *path, const struct archive_info *info, const struct crypto_key *recovery_public,
                       struct archive_writer **ret_writer, struct error *err) MUST_USE;
/* Told how many bytes are done, now and then. */
void archive_watch(struct archive_writer *writer, void (*progress)(uint64_t bytes));
enum rc archive_add(struct archive_writer *writer, str name, str bytes, struct error *err) MUST_USE;
/* An open file, whole. It may not grow meanwhile: what is beyond its size at the start is left out. */
enum rc archive_add_file(struct archive_writer *writer, str name, int fd, struct error *err) MUST_USE;
/* Ends and renames. verify: reads it back first. Frees the writer whatever happens. */
enum rc archive_finish(struct archive_writer **writer, bool verify, struct error *err) MUST_USE;
void archive_abort(struct archive_writer **writer);

/* The header alone: what anybody can see, not yet authenticated. RC_INVALID: not an archive. */
enum rc archive_peek(const char *path, struct archive_info *ret_info, struct error *err) MUST_USE;

/* Where an archive's content goes. */
struct archive_sink {
    enum rc (*begin)(struct archive_sink *sink, str name, uint64_t size, struct error *err);
    enum rc (*data)(struct archive_sink *sink, str bytes, struct error *err);
    enum rc (*end)(struct archive_sink *sink, struct error *err);
};
/* Reads all of it. RC_CRYPTO: another key's, changed or cut off. sink NULL: only checks. Nothing of the content may be
 * relied on before RC_OK. */
enum rc archive_read(const char *path, const struct crypto_key *recovery_secret, struct archive_sink *sink,
                     struct archive_info *ret_info, struct error *err) MUST_USE;
/* The same for who has the archive's own key. */
enum rc archive_read_with(const char *path, const struct crypto_key *archive_key, struct archive_sink *sink,
                          struct archive_info *ret_info, struct error *err) MUST_USE;

#endif
