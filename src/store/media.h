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
    MEDIA_PENDING_MAX = 50,              /* ids a user has made and not filled */
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
};

/* RC_NOT_FOUND: none of that id, or its uploader's key is gone. */
enum rc media_get(struct tx *tx, str id, struct media *ret_media) MUST_USE;
/* WRITE. A new id without a file. RC_LIMITED beyond MEDIA_PENDING_MAX. */
enum rc media_create(struct tx *tx, uint64_t owner_nid, str *ret_id) MUST_USE;
/* WRITE. Everything but created_ms is set. With an empty id a new one is drawn; else it fills the id that waits
 * (the caller has checked that it does). */
enum rc media_add(struct tx *tx, const struct media *media, str *ret_id) MUST_USE;
/* Bytes the user has uploaded. */
enum rc media_usage(struct tx *tx, uint64_t owner_nid, int64_t *ret_bytes) MUST_USE;
/* Does some row say this file is its own? */
enum rc media_knows_file(struct tx *tx, str file, bool *ret_known) MUST_USE;
/* WRITE. Ids that waited too long go, and what was there for a while only. */
enum rc media_drop_expired(struct tx *tx) MUST_USE;

#endif
