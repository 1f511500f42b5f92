/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * erased.list: internal numbers of everybody who was erased, one a line, below a signature by a key derived from the
 * operator's. It only grows. In a key archive it is an entry of the same form.
 */
#ifndef BACKUP_ERASED_LIST_H
#define BACKUP_ERASED_LIST_H

#include "crypto/crypto.h"

#define ERASED_LIST "erased.list"

struct erased {
    uint64_t *subjects; /* ascending, each once; in an arena */
    size_t count;
};

/* Both together. */
struct erased erased_union(struct arena *arena, struct erased a, struct erased b);
str erased_text(struct arena *arena, const struct crypto_key *operator_key, struct erased erased);
/* RC_CRYPTO: not signed by this operator's key. */
enum rc erased_parse(struct arena *arena, const struct crypto_key *operator_key, str text, struct erased *ret_erased,
                     struct error *err) MUST_USE;
/* RC_NOT_FOUND: there is no list in that folder. */
enum rc erased_load(struct arena *arena, const struct crypto_key *operator_key, const char *folder,
                    struct erased *ret_erased, struct error *err) MUST_USE;
enum rc erased_save(const char *folder, str text, struct error *err) MUST_USE;

#endif
