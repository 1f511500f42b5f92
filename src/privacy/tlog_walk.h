/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Whether the audit still is what the log was signed over (obligation 4.8): every commitment is read again, the tree
 * made anew and its root compared with the signed one. In pieces, so that a running server can do it beside its work.
 */
#ifndef PRIVACY_TLOG_WALK_H
#define PRIVACY_TLOG_WALK_H

#include "db/db.h"
#include "privacy/log_note.h"

struct tlog_walk {
    uint64_t size; /* as signed when the walk began */
    struct merkle_hash root;
    struct merkle_fold fold;
    bool done;
};

/* Of the checkpoint in the vault. origin STR_NONE: the one the note names. RC_CRYPTO when it is not signed by that key.
 */
enum rc tlog_walk_begin(struct db *vault, struct arena *arena, str origin, const unsigned char public_key[32],
                        struct tlog_walk *ret_walk, struct error *err) MUST_USE;
/* At most `limit` entries further. RC_CRYPTO with what is wrong. */
enum rc tlog_walk_step(struct tlog_walk *walk, struct db *vault, struct arena *arena, size_t limit,
                       struct error *err) MUST_USE;

#endif
