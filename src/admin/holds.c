/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/holds.h"

#include "privacy/audit.h"
#include "privacy/shown.h"
#include "store/holds.h"
#include "store/users.h"

#include <stdio.h>

/* Also an account that is closed and waits to be erased. */
static enum rc find(struct tx *tx, str localpart, const struct user **ret_user, struct error *err)
{
    str server = store_server_name(tx->store);
    enum rc rc = users_find(tx, arena_printf(tx->arena, "@%.*s:%.*s", STR_ARG(localpart), STR_ARG(server)), ret_user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && (*ret_user)->flags & USER_ERASED))
        return error_set(err, RC_NOT_FOUND, "there is no such account");
    return rc;
}

/* On the person's record, unless law forbids to tell them: then on nobody's. */
static enum rc record(struct tx *tx, uint64_t subject, bool quiet, const char *what, str reason)
{
    str detail = quiet ? arena_printf(tx->arena, "%s quietly, subject %llu: %.*s", what, (unsigned long long)subject,
                                      STR_ARG(reason))
                       : arena_printf(tx->arena, "%s: %.*s", what, STR_ARG(reason));
    const struct audit_entry entry = {
        .kind = AUDIT_HOLD, .subject = quiet ? 0 : subject, .purpose = PURPOSE_OPERATIONS, .detail = detail};
    return audit_append(tx, &entry);
}

static bool is_printable(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
            return false;
    return true;
}

static enum rc place(struct tx *tx, uint64_t subject, const struct account_request *request, struct error *err)
{
    if (!request->reason.len || request->reason.len > HOLD_REASON_MAX || !is_printable(request->reason))
        return error_set(err, RC_INVALID, "a hold needs a reason: a line of at most %d bytes", HOLD_REASON_MAX);
    TRY(holds_place(tx, subject, request->reason, request->quiet));
    return record(tx, subject, request->quiet, "placed", request->reason);
}

static enum rc any_is_quiet(struct tx *tx, uint64_t subject, bool *ret_quiet)
{
    enum { MOST = 100 };
    struct hold *holds;
    size_t count;
    *ret_quiet = false;
    TRY(holds_list(tx, subject, 0, MOST, &holds, &count));
    for (size_t i = 0; i < count; i++)
        *ret_quiet |= holds[i].quiet && !holds[i].lifted_ms;
    return RC_OK;
}

static enum rc lift(struct tx *tx, uint64_t subject, struct error *err)
{
    bool quiet;
    TRY(any_is_quiet(tx, subject, &quiet));
    enum rc rc = holds_lift(tx, subject);
    if (rc == RC_NOT_FOUND)
        return error_set(err, rc, "nothing holds this account");
    TRY(rc);
    return record(tx, subject, quiet, "lifted", S("all holds"));
}

enum rc hold_change(struct tx *tx, const struct account_request *request, struct error *err)
{
    const struct user *user;
    TRY(find(tx, request->localpart, &user, err));
    return request->op == ACCOUNT_HOLD ? place(tx, user->nid, request, err) : lift(tx, user->nid, err);
}

enum rc hold_next(struct tx *tx, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX])
{
    struct hold *holds;
    size_t count;
    const struct user *user;
    str name, server = store_server_name(tx->store);
    TRY(holds_list(tx, 0, (uint64_t)request->after, 1, &holds, &count));
    if (!count)
        return RC_OK;
    TRY(users_get(tx, holds->subject, &user));
    /* Which case it is says the reason; of whom, is masked as everything is that a command shows. */
    TRY(shown(tx, user->nid, FIELD_LOCALPART, user->localpart, STR_NONE, &name));
    yyjson_mut_doc *doc = json_new(tx->arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_i64(doc, object, "nid", (int64_t)holds->nid);
    json_set_str(doc, object, "user", arena_printf(tx->arena, "@%.*s:%.*s", STR_ARG(name), STR_ARG(server)));
    json_set_i64(doc, object, "placed_ms", holds->placed_ms);
    json_set_i64(doc, object, "lifted_ms", holds->lifted_ms);
    json_set_bool(doc, object, "quiet", holds->quiet);
    json_set_str(doc, object, "reason", holds->reason);
    str text = json_mut_text(tx->arena, object);
    if (text.len >= ACCOUNT_TOLD_MAX)
        return RC_TOO_LARGE;
    snprintf(ret_told, ACCOUNT_TOLD_MAX, "%.*s", STR_ARG(text));
    return RC_OK;
}
