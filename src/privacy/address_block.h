/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A network address, or the block it is in: what masking and desensitising keep of an address. */
#ifndef PRIVACY_ADDRESS_BLOCK_H
#define PRIVACY_ADDRESS_BLOCK_H

#include "base/arena.h"

struct address_block {
    bool v4;
    unsigned char bytes[16]; /* v4: the first four. Zero behind the prefix */
    int prefix;              /* bits */
};

/* "203.0.113.9", "2001:db8::1", "::ffff:203.0.113.9" (is IPv4), or a block as address_block_text() writes it.
 * RC_INVALID. */
enum rc address_block_parse(str text, struct address_block *ret_block) MUST_USE;
/* Forgets what is behind the prefix: v4_prefix bits of an IPv4 address, v6_prefix bits of an IPv6 one, of a 6to4
 * address (RFC 3056: an IPv4 address behind 16 bits) no more than of the IPv4 address in it. Blocks only grow. */
void address_block_widen(struct address_block *block, int v4_prefix, int v6_prefix);
/* "203.0.113.0/24", "2001:db8:1::/48". */
str address_block_text(struct arena *arena, const struct address_block *block);

#endif
