/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/quarantine.h"

#include "privacy/audit.h"
#include "store/media.h"
#include "store/users.h"

#include <stdio.h>

static bool is_line(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return text.len > 0 && text.len <= QUARANTINE_REASON_MAX;
}

static enum rc find_owner(struct tx *tx, const struct account_request *request, uint64_t *ret_owner, struct error *err)
{
    const struct user *user;
    if (request->id.len) {
        enum rc rc = media_owner(tx, request->id, ret_owner);
        return rc == RC_NOT_FOUND ? error_set(err, rc, "there is no such upload") : rc;
    }
    str id = arena_printf(tx->arena, "@%.*s:%.*s", STR_ARG(request->localpart), STR_ARG(store_server_name(tx->store)));
    enum rc rc = users_find(tx, id, &user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && user->flags & USER_ERASED))
        return error_set(err, RC_NOT_FOUND, "there is no such account");
    TRY(rc);
    *ret_owner = user->nid;
    return RC_OK;
}

/* On the record of whose uploads they are, with the reason. */
enum rc quarantine_change(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                          struct error *err)
{
    bool barred = request->op == MEDIA_QUARANTINE;
    uint64_t owner;
    int64_t count;
    if (!is_line(request->reason))
        return error_set(err, RC_INVALID, "this needs a reason: a line of at most %d bytes", QUARANTINE_REASON_MAX);
    TRY(find_owner(tx, request, &owner, err));
    TRY(media_bar(tx, owner, request->id, barred, &count));
    const struct audit_entry entry = {
        .kind = AUDIT_COMMAND,
        .subject = owner,
        .field = FIELD_MEDIA,
        .purpose = PURPOSE_OPERATIONS,
        .count = (uint64_t)count,
        .detail = arena_printf(tx->arena, "%s %.*s: %.*s", barred ? "quarantine of" : "quarantine lifted from",
                               STR_ARG(request->id.len ? request->id : S("all uploads")), STR_ARG(request->reason))};
    TRY(audit_append(tx, &entry));
    snprintf(ret_told, ACCOUNT_TOLD_MAX, "%lld uploads %s", (long long)count,
             barred ? "are in quarantine now" : "are shown again");
    return RC_OK;
}
