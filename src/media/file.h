/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sealed files: what was uploaded, in pieces of 64 KiB each sealed under the file's own key. A piece knows its file,
 * its place and whether it is the last, so that none can be moved, left out or cut off unnoticed.
 *
 * A file is written under a temporary name, synced, and renamed: it is there whole or not at all. Names are random
 * and say nothing. Functions that touch the disk may wait for it: not for loops, but for media_reader_next(), which
 * reads one piece.
 */
#ifndef MEDIA_FILE_H
#define MEDIA_FILE_H

#include "crypto/crypto.h"

enum { MEDIA_PIECE = 64 * 1024, MEDIA_NAME_LEN = 32 };

struct media_folder;

/* data/media; made if missing. Removes what writing left behind when the process died. */
enum rc media_folder_open(struct env *env, str data_folder, struct media_folder **ret_folder,
                          struct error *err) MUST_USE;
void media_folder_close(struct media_folder **folder);

/* A new name: 32 hex digits, in the arena. */
str media_file_name(struct media_folder *folder, struct arena *arena);
/* variant: empty for the file itself, else of a derived one ("320x240s"), sealed under the same key. */
enum rc media_file_write(struct media_folder *folder, str name, str variant, const struct crypto_key *key, str bytes,
                         struct error *err) MUST_USE;
bool media_file_exists(struct media_folder *folder, str name, str variant);
/* With all its variants. */
void media_file_remove(struct media_folder *folder, str name);

struct media_reader;
/* RC_NOT_FOUND. *ret_size: of the plain bytes. */
enum rc media_reader_open(struct media_folder *folder, str name, str variant, const struct crypto_key *key,
                          struct media_reader **ret_reader, uint64_t *ret_size) MUST_USE;
/* What comes next is the plain bytes from there on; only their pieces are read. RC_INVALID: behind the end. */
enum rc media_reader_seek(struct media_reader *reader, uint64_t offset) MUST_USE;
/* Appends the next piece; nothing at the end. RC_CRYPTO: not what was sealed. */
enum rc media_reader_next(struct media_reader *reader, struct strbuf *buf) MUST_USE;
void media_reader_close(struct media_reader **reader);
/* The whole file, appended. RC_TOO_LARGE beyond max. */
enum rc media_file_read(struct media_folder *folder, str name, str variant, const struct crypto_key *key, uint64_t max,
                        struct strbuf *buf) MUST_USE;

/* Names in one of the 256 sub-folders (0 … 255) that are older than min_age_ms: for finding orphans. In the arena. */
enum rc media_folder_list(struct media_folder *folder, unsigned part, int64_t min_age_ms, struct arena *arena,
                          str **ret_names, size_t *ret_count) MUST_USE;

#endif
