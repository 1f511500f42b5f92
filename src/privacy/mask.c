/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/mask.h"

#include "base/email.h"
#include "privacy/address_block.h"
#include "privacy/desensitise.h"

#define HIDDEN S("***")

static str mask_phone(struct arena *arena, str number)
{
    enum { SHOWN = 2, HIDDEN_MIN = 4 };
    str code = desensitise_phone(number);
    if (number.len < code.len + SHOWN + HIDDEN_MIN || !code.len)
        return HIDDEN;
    return arena_concat(arena, code, HIDDEN, str_skip(number, number.len - SHOWN));
}

/* A first character that is the only one would be the whole name. */
static str mask_email(struct arena *arena, str address)
{
    struct email email;
    if (email_parse(address, &email) != RC_OK || !str_eq(address, str_of(email.text)))
        return HIDDEN;
    str shown = arena_concat(arena, str_head(address, email.local_len > 1 ? 1 : 0), HIDDEN, S("@"));
    return arena_concat(arena, shown, arena_dup(arena, email_host(&email)), STR_NONE);
}

/* ---- names ---- */

struct range {
    uint32_t first, last;
};

/* Blanks, controls, combining marks, and what turns the direction of the line or is not seen. */
static bool is_visible(uint32_t c)
{
    static const struct range unseen[] = {
        {0x0, 0x20},      {0x7f, 0xa0},     {0xad, 0xad},     {0x300, 0x36f},   {0x61c, 0x61c},
        {0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x1ab0, 0x1aff},
        {0x1dc0, 0x1dff}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x20d0, 0x20ff},
        {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xe000, 0xf8ff}, {0xfe00, 0xfe0f},
        {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xffff}, {0xe0000, 0x10ffff}};
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
        if (c >= unseen[i].first && c <= unseen[i].last)
            return false;
    }
    return true;
}

/* A first character that is the only one to be seen would be the whole name. */
static str mask_name(struct arena *arena, str name)
{
    size_t at = 0, first_len, visible = 1;
    if (!str_is_utf8(name) || !is_visible(str_code_point(name, &at)))
        return HIDDEN;
    first_len = at;
    while (at < name.len && visible < 2)
        visible += is_visible(str_code_point(name, &at));
    return visible < 2 ? HIDDEN : arena_concat(arena, str_head(name, first_len), S("**"), STR_NONE);
}

static str mask_address(struct arena *arena, str address)
{
    struct address_block block;
    if (address_block_parse(address, &block) != RC_OK)
        return HIDDEN;
    address_block_widen(&block, 16, 32);
    return address_block_text(arena, &block);
}

str mask(struct arena *arena, enum masking kind, str value)
{
    if (!value.len)
        return STR_NONE;
    switch (kind) {
    case MASK_PHONE: return mask_phone(arena, value);
    case MASK_EMAIL: return mask_email(arena, value);
    case MASK_NAME: return mask_name(arena, value);
    case MASK_ADDRESS: return mask_address(arena, value);
    case MASK_AGENT: return desensitise_product(value);
    case MASK_NOT_NEEDED: return value;
    case MASK_NOTHING_LEFT: break;
    }
    return HIDDEN;
}

str mask_field(struct arena *arena, enum personal_field field, str value)
{
    return mask(arena, catalogue_row(field)->masking, value);
}
