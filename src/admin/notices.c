/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/notices.h"

#include "privacy/audit.h"
#include "store/announcements.h"
#include "store/users.h"

static enum rc find(struct tx *tx, str localpart, uint64_t *ret_nid, struct error *err)
{
    const struct user *user;
    str server = store_server_name(tx->store);
    enum rc rc = users_find(tx, arena_printf(tx->arena, "@%.*s:%.*s", STR_ARG(localpart), STR_ARG(server)), &user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && user->flags & (USER_DEACTIVATED | USER_GUEST | USER_SERVER)))
        return error_set(err, RC_NOT_FOUND, "there is no such account");
    TRY(rc);
    *ret_nid = user->nid;
    return RC_OK;
}

/* Lines and tabs are words as well; what else is below a blank is not. */
static bool is_readable(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\n' && text.ptr[i] != '\t') || text.ptr[i] == 0x7f)
            return false;
    return str_is_utf8(text);
}

static enum rc check_text(str text, struct error *err)
{
    if (text.len > ANNOUNCEMENT_MAX_BYTES || !is_readable(text))
        return error_set(err, RC_INVALID, "a notice is a text of at most %d bytes", ANNOUNCEMENT_MAX_BYTES);
    return RC_OK;
}

enum rc notice_send(struct tx *tx, const struct account_request *request, struct error *err)
{
    struct announcement announcement = {.pinned = request->pinned, .ends = request->op == NOTICE_END};
    announcement.text[LANGUAGE_EN] = request->text;
    announcement.text[LANGUAGE_ZH_CN] = request->text_chinese;
    TRY(check_text(request->text, err));
    TRY(check_text(request->text_chinese, err));
    if (!request->text.len && !announcement.ends)
        return error_set(err, RC_INVALID, "a notice needs a text");
    if (request->localpart.len)
        TRY(find(tx, request->localpart, &announcement.subject_nid, err));
    enum rc rc = announcements_add(tx, &announcement);
    if (rc == RC_LIMITED)
        return error_set(err, rc, "%d notices wait to be delivered: start the server", ANNOUNCEMENTS_WAITING);
    TRY(rc);
    const struct audit_entry entry = {.kind = AUDIT_COMMAND,
                                      .subject = announcement.subject_nid,
                                      .purpose = PURPOSE_OPERATIONS,
                                      .detail = announcement.ends ? S("notice end") : S("notice send")};
    return audit_append(tx, &entry);
}
