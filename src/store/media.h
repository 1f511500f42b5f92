/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is known of uploads. The bytes are in files (media/file.h) under a key each; that key, the type and the name
 * are sealed here under the uploader's key: with it, every copy of the file is lost.
 */
#ifndef STORE_MEDIA_H
#define STORE_MEDIA_H

#include "crypto/crypto.h"
#include "store/tx.h"

enum {
    MEDIA_PENDING_MS = 24 * 3600 * 1000, /* how long an id waits for its file */
    MEDIA_PASSING_MS = 7 * 24 * 3600 * 1000,
};

struct media {
    str id;
    uint64_t owner_nid;
    int64_t created_ms;
    bool passing;  /* goes after MEDIA_PASSING_MS: the pictures of pages */
    bool uploaded; /* false: an id waiting for its file; then nothing below is set */
    int64_t size;  /* bytes as uploaded */
    str file;      /* name of the file */
    struct crypto_key key;
    str type, name;
    str digest;  /* for media_add(): of the bytes (SHA-256); empty: others of the same are not looked for */
    bool barred; /* nobody is shown it for now (quarantine) */
};

/* RC_NOT_FOUND: none of that id, or its uploader's key is gone. */
enum rc media_get(struct tx *tx, str id, struct media *ret_media) MUST_USE;
/* WRITE. A new id without a file. RC_LIMITED: the user has max already. */
enum rc media_create(struct tx *tx, uint64_t owner_nid, int64_t max, str *ret_id) MUST_USE;
/* WRITE. Everything but created_ms and barred is set. With an empty id a new one is drawn; else it fills the id that
 * waits (the caller has checked that it does). Had the owner uploaded the same before, that file and key are taken and
 * *ret_file is its name: the caller removes the new one. RC_FORBIDDEN: those bytes are barred. */
enum rc media_add(struct tx *tx, const struct media *media, str *ret_id, str *ret_file) MUST_USE;

struct media_usage {
    int64_t bytes, files; /* files that are shared count once in bytes */
    int64_t waiting;      /* ids without a file */
};
enum rc media_usage(struct tx *tx, uint64_t owner_nid, struct media_usage *ret_usage) MUST_USE;
/* How long the user has to wait for fewer than max uploads within a day; 0: there are fewer. */
enum rc media_day_wait(struct tx *tx, uint64_t owner_nid, int64_t max, int64_t *ret_wait_ms) MUST_USE;
/* Uploads of the user within a day, counted up to max. */
enum rc media_day_count(struct tx *tx, uint64_t owner_nid, int64_t max, int64_t *ret_count) MUST_USE;
/* Whose it is. RC_NOT_FOUND. */
enum rc media_owner(struct tx *tx, str id, uint64_t *ret_owner_nid) MUST_USE;
/* WRITE. Bars an upload and what shares its file, or with an empty id all of the owner's uploads; or lets them be shown
 * again. *ret_count: how many that changed. */
enum rc media_bar(struct tx *tx, uint64_t owner_nid, str id, bool barred, int64_t *ret_count) MUST_USE;
/* Does some row say this file is its own? */
enum rc media_knows_file(struct tx *tx, str file, bool *ret_known) MUST_USE;
/* WRITE. Ids that waited too long go, and what was there for a while only. */
enum rc media_drop_expired(struct tx *tx) MUST_USE;

#endif
