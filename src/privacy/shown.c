/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/shown.h"

#include "privacy/audit.h"

static bool is_reason(str why)
{
    if (why.len > SHOWN_REASON_MAX || !str_is_utf8(why) || !str_trim(why).len)
        return false;
    for (size_t i = 0; i < why.len; i++) {
        if ((unsigned char)why.ptr[i] < 0x20 || why.ptr[i] == 0x7f)
            return false;
    }
    return true;
}

enum rc shown(struct tx *tx, uint64_t subject, enum personal_field field, str value, str why, str *ret_shown)
{
    bool masked = tx->act->actor == ACTOR_STAFF || tx->act->actor == ACTOR_COMMAND;
    if (masked && !why.len) {
        *ret_shown = mask_field(tx->arena, field, value);
        return RC_OK;
    }
    if (masked) {
        const struct audit_entry entry = {.kind = AUDIT_READ,
                                          .subject = subject,
                                          .field = field,
                                          .purpose = tx->act->purpose,
                                          .detail =
                                              arena_concat(tx->arena, S("looked behind the mask: "), why, STR_NONE)};
        if (!is_reason(why))
            return RC_INVALID;
        TRY(audit_append(tx, &entry));
    }
    *ret_shown = value;
    return RC_OK;
}
