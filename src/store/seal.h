/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Sealing under a subject's own data key. Keys live wrapped in the keys store and unwrapped in a bounded cache (locked
 * memory, wiped on eviction), so that the hot path pays one table look-up.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "catalogue/personal_value.h"
#include "store/tx.h"

enum { SEAL_OVERHEAD = 41 };

/* context: what the bytes are ("event:<pos>", "media:<id>", "personal:<field>"); not stored, checked on opening. */
enum rc seal_for(struct tx *tx, uint64_t subject_nid, str context, str plain, str *ret_sealed) MUST_USE;
/* What is inside is the gate's to release. RC_NOT_FOUND when the subject's key was destroyed; RC_CRYPTO when the bytes
 * are not what was sealed. */
enum rc seal_open(struct tx *tx, uint64_t subject_nid, str context, str sealed,
                  const struct personal **ret_value) MUST_USE;
/* WRITE. Destroys the subject's key: every copy of what was sealed under it is lost for good. */
enum rc seal_destroy_key(struct tx *tx, uint64_t subject_nid) MUST_USE;
/* A blind index of a value that only means something together with its subject's key: of the same value, every subject
 * has another. RC_NOT_FOUND when the key was destroyed. */
enum rc seal_blind_of(struct tx *tx, uint64_t subject_nid, const char *use, str value, str *ret_blind) MUST_USE;
/* A blind index of a value: 16 bytes in the arena; `use` names the kind ("phone", "localpart", "alias" …). */
str seal_blind(struct tx *tx, const char *use, str value);

#endif
