/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The audit: who did what with whose data, append-only and hash-chained (obligations 4.8, 5.1), and the leaves of the
 * public transparency log (privacy/tlog.h). Details are sealed under the subject's key; what remains when that is
 * destroyed names nobody.
 */
#ifndef PRIVACY_AUDIT_H
#define PRIVACY_AUDIT_H

#include "store/gate.h"

enum audit_kind {
    AUDIT_READ,    /* a value was released */
    AUDIT_REFUSED, /* … was not */
    AUDIT_EXPORT,  /* everything of a subject, to the subject or by the operator */
    AUDIT_CONSENT, /* given or withdrawn */
    AUDIT_ERASURE,
    AUDIT_RETENTION,  /* rows that had come to their end; subject 0, count of rows */
    AUDIT_HOLD,       /* a legal hold placed or lifted */
    AUDIT_BACKUP,     /* made or restored */
    AUDIT_COMMAND,    /* an operator's command changed something */
    AUDIT_STATISTICS, /* a release, with what it cost */
    AUDIT_POLICY,     /* a version announced or in force */
    AUDIT_KIND_COUNT,
};
const char *audit_kind_name(enum audit_kind kind);

struct audit_entry {
    enum audit_kind kind;
    uint64_t subject;          /* 0: nobody in particular */
    enum personal_field field; /* FIELD_NONE: none in particular */
    uint64_t item;
    enum purpose purpose;
    uint64_t count; /* of values or rows; 0 counts as 1 */
    str detail;     /* what else belongs on the record: a reason, a purpose's name. Sealed */
};

/* WRITE. Actor, basis and reason are those of tx->act; the time is the env's. In the same commit as what it records. */
enum rc audit_append(struct tx *tx, const struct audit_entry *entry) MUST_USE;

/* Any tx, and whatever becomes of it: the entry is written by the next audit_write_waiting(), within a second; lost
 * only if the process is killed before. why: static, becomes the detail; the entry's own detail is not kept. */
void audit_later(struct tx *tx, const struct audit_entry *entry, const char *why);
/* WRITE. After audit_append() of the same: if the tx is undone, the entry is written later all the same. */
void audit_again_if_undone(struct tx *tx, const struct audit_entry *entry);
/* WRITE. Writes what waits. */
enum rc audit_write_waiting(struct tx *tx) MUST_USE;
bool audit_is_waiting(struct store *store);

/* One entry as its subject may see it (5.1): with the detail, and what is needed to find it in the public log. */
struct audit_record {
    int64_t index; /* of the leaf in the log, from 0 */
    int64_t at_ms;
    str entry; /* the canonical JSON that was committed to */
    str nonce; /* 32 bytes: the key of the commitment */
};
/* The subject's entries from `from_index` on, oldest first. RC_CRYPTO when one is not what was committed to. */
enum rc audit_list(struct tx *tx, uint64_t subject, int64_t from_index, size_t limit, struct audit_record **ret_records,
                   size_t *ret_count) MUST_USE;
/* Walks the whole chain: RC_OK, or RC_CRYPTO with where it breaks. */
enum rc audit_chain_check(struct db *vault, struct error *err) MUST_USE;

#endif
