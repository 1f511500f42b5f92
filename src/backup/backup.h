/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Backup and restore (obligation 4.3). What is written to a backup folder:
 *
 *   data-TIME.parley   chat.db, vault.db and media, all of it sealed under the subjects' keys already
 *   keys-TIME.parley   those keys and the operator's; short-lived: the newest is all that a restore needs
 *   erased.list        internal numbers of everybody ever erased, signed
 *
 * Erasing a subject destroys the key. Key archives that still have it are removed by the next backup, and a restore
 * leaves out whoever the list names, so no older data archive brings anybody back.
 *
 * Search indexes are in memory only and never backed up.
 */
#ifndef BACKUP_BACKUP_H
#define BACKUP_BACKUP_H

#include "crypto/crypto.h"

enum { BACKUP_KEYS_DAYS = 7 };

struct backup_request {
    const char *data, *to;
    struct crypto_key recovery_public;
    int64_t now_ms;
    int keys_days;
    bool verify;
    void (*progress)(uint64_t bytes);
};
struct backup_result {
    char name[40]; /* the TIME */
    size_t erased, key_archives_removed;
};
enum rc backup_make(const struct backup_request *request, struct backup_result *ret_result, struct error *err) MUST_USE;

struct restore_request {
    const char *from, *to;
    str at;   /* TIME of the data archive, or the archive's name; STR_NONE: the newest */
    str keys; /* the same of the key archive */
    struct crypto_key recovery_secret;
    int64_t now_ms;
    bool check_only;
};
struct restore_result {
    char data[64], keys[64];
    size_t files, without_key; /* accounts that are gone */
};
/* Verifies all of both archives and the list before it writes anything. RC_EXISTS: `to` is not empty; RC_EXPIRED: the
 * key archive's time is over; RC_CRYPTO. */
enum rc backup_restore(const struct restore_request *request, struct restore_result *ret_result,
                       struct error *err) MUST_USE;

/* ---- the recovery key: `path` (0600, the secret) and `path`.pub ---- */
enum rc recovery_key_create(const char *path, struct error *err) MUST_USE;
enum rc recovery_key_read(const char *path, struct crypto_key *ret_key, struct error *err) MUST_USE;

#endif
