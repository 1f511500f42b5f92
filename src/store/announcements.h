/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the operator has to say to one person or to everybody, until all of them have been told (api/server_notices.h).
 * To one person: sealed under their key, for it is about them.
 */
#ifndef STORE_ANNOUNCEMENTS_H
#define STORE_ANNOUNCEMENTS_H

#include "base/language.h"
#include "store/tx.h"

enum {
    ANNOUNCEMENT_MAX_BYTES = 2000, /* of one text */
    ANNOUNCEMENTS_WAITING = 1000,
};

struct announcement {
    uint64_t nid;
    uint64_t subject_nid;     /* 0: everybody */
    uint64_t told_up_to;      /* everybody: those of no higher number have been told */
    bool pinned;              /* in force until another one is */
    bool ends;                /* nothing new: what is in force is not any more. Without a text */
    str text[LANGUAGE_COUNT]; /* STR_NONE: the text of the first language is for those as well */
};

/* WRITE. nid and told_up_to are the store's. RC_LIMITED: too many wait already. */
enum rc announcements_add(struct tx *tx, const struct announcement *announcement) MUST_USE;
/* The oldest that is not ended. RC_NOT_FOUND. */
enum rc announcements_next(struct tx *tx, struct announcement *ret_announcement) MUST_USE;
/* WRITE. */
enum rc announcements_note_told(struct tx *tx, uint64_t nid, uint64_t told_up_to) MUST_USE;
enum rc announcements_end(struct tx *tx, uint64_t nid) MUST_USE;

#endif
