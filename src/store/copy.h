/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The stores, copied beside a running server and put together again (obligation 4.3). Not through a tx: backups are
 * made by a process of their own, with connections of their own.
 *
 * Copy chat first, then vault, then keys. A commit goes the other way round, so a later copy has all that an earlier
 * one refers to; what it has beyond is orphaned and reaped at the next start.
 */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include "crypto/crypto.h"

enum copy_kind { COPY_DATA = 1, COPY_KEYS = 2 }; /* backup.kind */

/* Writes chat.db or vault.db of the data folder to `path`, which must not exist: one moment's content, packed. */
enum rc copy_store(const char *folder, const char *file, const char *path, struct error *err) MUST_USE;
/* All wrapped keys, each as 8 bytes subject, 4 bytes length (big endian), bytes. */
enum rc copy_keys(const char *folder, struct strbuf *ret_keys, struct error *err) MUST_USE;
enum rc copy_operator_key(const char *folder, struct crypto_key *ret_key, struct error *err) MUST_USE;
/* Subjects of the copied chat store that have no key among `keys`. */
enum rc copy_erased(const char *chat_path, str keys, struct arena *arena, uint64_t **ret_subjects, size_t *ret_count,
                    struct error *err) MUST_USE;
/* Notes in the vault that a backup is made, so that certificates can speak of it. expires_ms 0: never. */
enum rc copy_note(const char *folder, enum copy_kind kind, int64_t made_ms, int64_t expires_ms,
                  struct error *err) MUST_USE;

/* Into a folder that holds chat.db and vault.db of a copy: writes operator.key and keys.db without the erased. */
enum rc copy_restore_keys(const char *folder, const struct crypto_key *operator_key, str keys, const uint64_t *erased,
                          size_t erased_count, struct error *err) MUST_USE;
/* Then takes from chat.db and vault.db what belongs to subjects without a key, but for the shape of others'
 * conversations, and ends their accounts. *ret_subjects: how many. */
enum rc copy_forget(const char *folder, size_t *ret_subjects, struct error *err) MUST_USE;

#endif
