/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/token.h"

enum rc sync_token_parse(str text, uint32_t boot, struct sync_token *ret_token)
{
    struct sync_token token = {0};
    str parts[5] = {STR_NONE};
    if (text.len < 2 || (text.ptr[0] != 's' && text.ptr[0] != 't'))
        return RC_INVALID;
    str rest = str_skip(text, 1);
    size_t count = 0;
    while (rest.ptr && count < 5)
        rest = str_split(rest, '_', &parts[count++]);
    if (rest.ptr || (count != 1 && count < 4))
        return RC_INVALID;
    TRY(str_to_i64(parts[0], &token.pos));
    if (token.pos < 0)
        return RC_INVALID;
    token.to_device = token.pos;
    if (count == 5) {
        TRY(str_to_i64(parts[4], &token.to_device));
        if (token.to_device < 0 || token.to_device > token.pos)
            return RC_INVALID;
        token.carried = true;
    }
    if (count >= 4) {
        uint64_t theirs;
        TRY(str_to_i64(parts[1], &token.typing));
        TRY(str_to_i64(parts[2], &token.presence));
        TRY(str_to_u64(parts[3], &theirs));
        if (theirs != boot)
            token.typing = token.presence = 0;
    }
    *ret_token = token;
    return RC_OK;
}

void sync_token_add(struct strbuf *buf, const struct sync_token *token, uint32_t boot)
{
    strbuf_add_char(buf, 's');
    strbuf_add_i64(buf, token->pos);
    strbuf_add_char(buf, '_');
    strbuf_add_i64(buf, token->typing);
    strbuf_add_char(buf, '_');
    strbuf_add_i64(buf, token->presence);
    strbuf_add_char(buf, '_');
    strbuf_add_u64(buf, boot);
    if (token->carried) {
        strbuf_add_char(buf, '_');
        strbuf_add_i64(buf, token->to_device);
    }
}
