/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who published other keys, and where in the stream that was: what /sync tells as device_lists. One row a person, of
 * their newest change: an earlier one needs not be told apart from it.
 */
#ifndef STORE_KEY_CHANGES_H
#define STORE_KEY_CHANGES_H

#include "store/tx.h"

/* WRITE. Whoever shares a room with the user is told. */
enum rc key_changes_note(struct tx *tx, uint64_t user_nid) MUST_USE;
/* WRITE. Only the user themselves is told, of what stands at the position returned: they find it by other means. */
int64_t key_changes_note_to(struct tx *tx, uint64_t user_nid);
/* A position behind which there is certainly none: spares most answers the look into the table. */
int64_t key_changes_newest(const struct tx *tx);
/* Users whose newest change has from < pos ≤ to, oldest change first, in the arena. */
enum rc key_changes_since(struct tx *tx, int64_t from, int64_t to, uint64_t **ret_nids, size_t *ret_count) MUST_USE;

#endif
