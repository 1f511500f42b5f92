/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Which events show which uploads of this server, as far as it can read them: so that a file can end with the last
 * message that shows it (store/lifetimes.h). In an encrypted message it cannot; there the file's key ends with it.
 */
#ifndef STORE_MEDIA_USE_H
#define STORE_MEDIA_USE_H

#include "room/event.h"
#include "store/tx.h"

/* WRITE. Of a new event. */
enum rc media_use_note(struct tx *tx, const struct event *event) MUST_USE;
/* WRITE. Of a person's profile picture, empty for none; it stands at a place below 0. */
enum rc media_use_note_profile(struct tx *tx, uint64_t user_nid, str url) MUST_USE;
/* WRITE. The event shows nothing any more: it was redacted. The files stay. */
enum rc media_use_forget(struct tx *tx, int64_t pos) MUST_USE;

struct media_files {
    const str *names;
    size_t count;
};
/* WRITE. The event at pos has ended: uploads of its sender that no other event and not their profile shows are gone
 * with it. *ret_files: to be removed, whoever calls has to. */
enum rc media_use_end(struct tx *tx, int64_t pos, uint64_t sender_nid, struct media_files *ret_files) MUST_USE;

#endif
