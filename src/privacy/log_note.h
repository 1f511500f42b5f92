/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A checkpoint of the public log: the size and root of its tree in a note signed with Ed25519
 * (C2SP tlog-checkpoint and signed-note). Three lines (origin, size, root), a blank one, a signature line.
 */
#ifndef PRIVACY_LOG_NOTE_H
#define PRIVACY_LOG_NOTE_H

#include "crypto/merkle.h"

struct log_head {
    str origin; /* without blanks and '+' */
    uint64_t size;
    struct merkle_hash root;
};

str log_note_make(struct arena *arena, const struct log_head *head, const struct crypto_signer *signer);
/* The head of a note by this key for this origin. RC_INVALID: it is no such note; RC_CRYPTO: signed by nobody, or not
 * by this key. Signatures of others (witnesses) are passed over. */
enum rc log_note_read(struct arena *arena, str note, str origin, const unsigned char public_key[32],
                      struct log_head *ret_head) MUST_USE;
/* "<origin>+<key id>+<key>": how verifiers are told the key. */
str log_note_verifier(struct arena *arena, str origin, const unsigned char public_key[32]);

#endif
