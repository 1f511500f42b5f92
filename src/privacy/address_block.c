/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/address_block.h"

#include <arpa/inet.h>

enum { V4_BITS = 32, V6_BITS = 128 };

static void cut(struct address_block *block, int prefix)
{
    for (int bit = prefix; bit < V6_BITS; bit++)
        block->bytes[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
    block->prefix = prefix;
}

static bool is_mapped_v4(const unsigned char bytes[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    return memcmp(bytes, mapped, sizeof mapped) == 0;
}

enum rc address_block_parse(str text, struct address_block *ret_block)
{
    struct address_block block = {0};
    char host[INET6_ADDRSTRLEN];
    str address;
    uint64_t prefix = V6_BITS;
    str behind = str_split(text, '/', &address);
    /* A NUL would end the text for inet_pton() and leave the rest unread. */
    if (address.len >= sizeof host || !address.len || memchr(address.ptr, 0, address.len))
        return RC_INVALID;
    memcpy(host, address.ptr, address.len);
    host[address.len] = '\0';
    block.v4 = inet_pton(AF_INET, host, block.bytes) == 1;
    if (!block.v4 && inet_pton(AF_INET6, host, block.bytes) != 1)
        return RC_INVALID;
    if (behind.ptr && (str_to_u64(behind, &prefix) != RC_OK || prefix > (block.v4 ? V4_BITS : V6_BITS)))
        return RC_INVALID;
    if (!block.v4 && !behind.ptr && is_mapped_v4(block.bytes)) {
        memmove(block.bytes, block.bytes + 12, 4);
        block.v4 = true;
    }
    if (block.v4 && prefix > V4_BITS)
        prefix = V4_BITS;
    cut(&block, (int)prefix);
    *ret_block = block;
    return RC_OK;
}

static bool is_6to4(const struct address_block *block)
{
    return block->prefix >= 16 && block->bytes[0] == 0x20 && block->bytes[1] == 0x02;
}

void address_block_widen(struct address_block *block, int v4_prefix, int v6_prefix)
{
    int prefix = block->v4 ? v4_prefix : v6_prefix;
    if (!block->v4 && is_6to4(block) && prefix > 16 + v4_prefix)
        prefix = 16 + v4_prefix;
    if (prefix < block->prefix)
        cut(block, prefix);
}

str address_block_text(struct arena *arena, const struct address_block *block)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(block->v4 ? AF_INET : AF_INET6, block->bytes, text, sizeof text);
    return arena_printf(arena, "%s/%d", text, block->prefix);
}
