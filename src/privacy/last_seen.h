/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * When and where each device was last seen, gathered in memory and written every few minutes: a request must not
 * cost a write. Thread-safe; bounded (what does not fit is noted at the device's next request).
 */
#ifndef PRIVACY_LAST_SEEN_H
#define PRIVACY_LAST_SEEN_H

#include "store/tx.h"

enum { LAST_SEEN_EVERY_MS = 5 * 60 * 1000 };

struct last_seen;

struct last_seen *last_seen_new(void);
void last_seen_free(struct last_seen **seen);
/* Cheap: most calls find the device noted already and change a number. */
void last_seen_note(struct last_seen *seen, uint64_t user_nid, uint64_t device_nid, const unsigned char ip[16],
                    str agent, int64_t now_ms);
/* WRITE. Writes those first noted LAST_SEEN_EVERY_MS ago, a bounded number at once, and forgets them. */
enum rc last_seen_write(struct last_seen *seen, struct tx *tx) MUST_USE;

#endif
