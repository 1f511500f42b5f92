/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The public transparency log (obligations 4.8, 5.1): a Merkle tree over the audit's commitments and a signed
 * checkpoint of it (C2SP tlog-tiles, tlog-checkpoint). Anyone may read it and learns nothing but that entries are
 * there, in which order, and that none is ever changed or taken out; a person who has an entry's text and nonce
 * (privacy/audit.h) can tell that it is in.
 *
 * A checkpoint is written in the commit that adds its nodes, so that none is ever shown that could be taken back. Once
 * signed, a size and its root are a promise: nothing is signed that does not continue them.
 */
#ifndef PRIVACY_TLOG_H
#define PRIVACY_TLOG_H

#include "privacy/log_leaves.h"
#include "privacy/log_note.h"
#include "privacy/log_path.h"
#include "store/store.h"

enum { TLOG_BATCH = 2048 };

/* The log's name, and its key as verifiers are told it ("<name>+<id>+<key>"). */
str tlog_origin(struct arena *arena, const struct store *store);
str tlog_verifier(struct arena *arena, const struct store *store);

/* WRITE. Takes in what the audit has more, at most TLOG_BATCH entries, and signs; the first time it signs the empty
 * log. RC_CRYPTO, and nothing is signed, when the audit ends before what was signed or the newest of it is another. */
enum rc tlog_extend(struct tx *tx, bool *ret_more, struct error *err) MUST_USE;

/* The newest checkpoint; RC_NOT_FOUND before the first. The head is checked against the note's signature. */
enum rc tlog_head(struct tx *tx, struct log_head *ret_head, str *ret_note) MUST_USE;
/* What a path names: the note, a tile's hashes, an entry bundle. RC_NOT_FOUND when the log does not reach that far. */
enum rc tlog_read(struct tx *tx, const struct log_path *path, struct strbuf *out) MUST_USE;

/* The tree's nodes in a vault: for proofs. */
struct merkle_nodes tlog_nodes(struct db *vault);

#endif
