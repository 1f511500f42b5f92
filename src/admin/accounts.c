/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin/accounts.h"

#include "admin/holds.h"
#include "admin/notices.h"
#include "admin/quarantine.h"
#include "admin/statistics.h"
#include "admin/tokens.h"
#include "privacy/audit.h"
#include "privacy/personal.h"
#include "privacy/policy_bound.h"
#include "room/auth.h"
#include "store/devices.h"
#include "store/pushers.h"
#include "store/sessions.h"
#include "store/users.h"

#include <stdio.h>
#include <time.h>

static const char *const OP_NAMES[] = {
    [ACCOUNT_CREATE] = "create",      [ACCOUNT_RESET] = "reset",   [ACCOUNT_LOCK] = "lock",
    [ACCOUNT_UNLOCK] = "unlock",      [ACCOUNT_HOLD] = "hold",     [ACCOUNT_RELEASE] = "release",
    [HOLD_NEXT] = "hold next",        [ACCOUNT_BOUND] = "bound",   [STATISTICS_TELL] = "statistics",
    [TOKEN_CREATE] = "token create",  [TOKEN_NEXT] = "token next", [TOKEN_REMOVE] = "token remove",
    [NOTICE_SEND] = "notice send",    [NOTICE_END] = "notice end", [MEDIA_QUARANTINE] = "media quarantine",
    [MEDIA_RELEASE] = "media release"};

enum { OP_COUNT = sizeof OP_NAMES / sizeof *OP_NAMES };

str account_request_text(struct arena *arena, const struct account_request *request)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "op", str_of(OP_NAMES[request->op]));
    json_set_str(doc, object, "localpart", request->localpart);
    json_set_str(doc, object, "password_hash", request->password_hash);
    json_set_bool(doc, object, "admin", request->admin);
    json_set_i64(doc, object, "at_ms", request->at_ms);
    json_set_str(doc, object, "reason", request->reason);
    json_set_bool(doc, object, "quiet", request->quiet);
    json_set_i64(doc, object, "after", request->after);
    json_set_str(doc, object, "query", request->query);
    json_set_bool(doc, object, "release", request->release);
    json_set_str(doc, object, "id", request->id);
    json_set_i64(doc, object, "uses", request->uses);
    json_set_i64(doc, object, "life_ms", request->life_ms);
    json_set_i64(doc, object, "length", request->length);
    json_set_str(doc, object, "text", request->text);
    json_set_str(doc, object, "text_chinese", request->text_chinese);
    json_set_bool(doc, object, "pinned", request->pinned);
    return json_mut_text(arena, object);
}

enum rc account_request_read(struct arena *arena, str text, struct account_request *ret_request, struct error *err)
{
    yyjson_val *object;
    struct account_request request = {0};
    str op;
    TRY(json_parse_object(arena, text, false, &object, err));
    TRY(json_need_str(object, "op", &op, err));
    TRY(json_need_str(object, "localpart", &request.localpart, err));
    TRY(json_get_str(object, "password_hash", &request.password_hash, err));
    TRY(json_get_bool(object, "admin", false, &request.admin, err));
    TRY(json_get_i64(object, "at_ms", 0, &request.at_ms, err));
    TRY(json_get_str(object, "reason", &request.reason, err));
    TRY(json_get_bool(object, "quiet", false, &request.quiet, err));
    TRY(json_get_i64(object, "after", 0, &request.after, err));
    TRY(json_get_str(object, "query", &request.query, err));
    TRY(json_get_bool(object, "release", false, &request.release, err));
    TRY(json_get_str(object, "id", &request.id, err));
    TRY(json_get_i64(object, "uses", 0, &request.uses, err));
    TRY(json_get_i64(object, "life_ms", 0, &request.life_ms, err));
    TRY(json_get_i64(object, "length", 0, &request.length, err));
    TRY(json_get_str(object, "text", &request.text, err));
    TRY(json_get_str(object, "text_chinese", &request.text_chinese, err));
    TRY(json_get_bool(object, "pinned", false, &request.pinned, err));
    for (int i = 0; i < OP_COUNT; i++) {
        if (str_eq(op, str_of(OP_NAMES[i]))) {
            request.op = (enum account_op)i;
            *ret_request = request;
            return RC_OK;
        }
    }
    return error_set(err, RC_BAD_JSON, "op is not known");
}

/* One request on its way through the writer. */
struct work {
    const struct account_request *request;
    char *told;
    struct error *err;
};

static enum rc create(struct tx *tx, const struct account_request *request, uint64_t *ret_nid, struct error *err)
{
    if (!user_localpart_is_valid(request->localpart))
        return error_set(err, RC_INVALID, "a name is made of a-z, 0-9 and . _ = / + -");
    enum rc rc = users_create(tx, request->localpart, request->admin ? USER_ADMIN : 0, ret_nid, err);
    if (rc == RC_EXISTS)
        return error_set(err, RC_EXISTS, "this name is taken");
    TRY(rc);
    return personal_set(tx, *ret_nid, FIELD_PASSWORD_HASH, 0, request->password_hash);
}

static enum rc find(struct tx *tx, const struct account_request *request, const struct user **ret_user,
                    struct error *err)
{
    str user_id =
        arena_printf(tx->arena, "@%.*s:%.*s", STR_ARG(request->localpart), STR_ARG(store_server_name(tx->store)));
    enum rc rc = users_find(tx, user_id, ret_user);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && ((*ret_user)->flags & USER_DEACTIVATED)))
        return error_set(err, RC_NOT_FOUND, "there is no such account");
    return rc;
}

static enum rc end_sessions(struct tx *tx, const struct user *user)
{
    struct device *devices;
    size_t count;
    TRY(devices_list(tx, user->nid, &devices, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(sessions_end_device(tx, user->nid, devices[i].nid));
        TRY(pushers_drop_device(tx, user->nid, devices[i].nid));
    }
    return RC_OK;
}

/* Sessions stay: a locked account is told so, and goes on where it was when it is unlocked (spec, "Account locking").
 * What waits is let go. */
static enum rc lock(struct tx *tx, const struct user *user)
{
    TRY(users_set_flags(tx, user->nid, USER_LOCKED, 0));
    tx_notify_user(tx, user->nid, NOTICE_SESSION_END, 0);
    return RC_OK;
}

/* Whoever knew the old password is out. */
static enum rc reset(struct tx *tx, const struct user *user, const struct account_request *request)
{
    TRY(personal_set(tx, user->nid, FIELD_PASSWORD_HASH, 0, request->password_hash));
    return end_sessions(tx, user);
}

static enum rc change(struct tx *tx, const struct user *user, const struct account_request *request)
{
    switch (request->op) {
    case ACCOUNT_RESET: return reset(tx, user, request);
    case ACCOUNT_LOCK: return lock(tx, user);
    case ACCOUNT_UNLOCK: return users_set_flags(tx, user->nid, 0, USER_LOCKED);
    default: return RC_INTERNAL;
    }
}

static void add_time(int64_t ms, char text[32])
{
    struct tm tm;
    time_t seconds = (time_t)(ms / 1000);
    strftime(text, 32, "%Y-%m-%d %H:%M:%S UTC", gmtime_r(&seconds, &tm));
}

static enum rc tell_bound(struct tx *tx, const struct user *user, const struct account_request *request, char *told)
{
    struct policy_bound bound;
    char at[32], agreed[32];
    TRY(policy_bound_at(tx, request->policy, user->nid, request->at_ms, &bound));
    add_time(request->at_ms, at);
    if (!bound.version) {
        snprintf(told, ACCOUNT_TOLD_MAX, "was bound by no version of the policy at %s", at);
        return RC_OK;
    }
    const struct consent *entry = &bound.entry;
    str sha256 = crypto_hex(tx->arena, str_from(entry->sha256, sizeof entry->sha256));
    add_time(entry->given_ms, agreed);
    snprintf(told, ACCOUNT_TOLD_MAX,
             "was bound by version %.*s at %s: agreed to at %s in %.*s (%.*s), text's SHA-256 %.*s",
             STR_ARG(entry->version), at, agreed, STR_ARG(entry->language), STR_ARG(str_head(entry->surface, 64)),
             STR_ARG(sha256));
    return RC_OK;
}

/* What the operator did to an account stands on its owner's record (obligation 4.8). */
static enum rc run(struct tx *tx, void *arg)
{
    const struct work *work = arg;
    const struct account_request *request = work->request;
    struct audit_entry entry = {
        .kind = AUDIT_COMMAND, .purpose = PURPOSE_OPERATIONS, .detail = str_of(OP_NAMES[request->op])};
    const struct user *user;
    if (request->op == HOLD_NEXT)
        return hold_next(tx, request, work->told);
    if (request->op == TOKEN_NEXT)
        return token_next(tx, request, work->told);
    if (request->op == TOKEN_CREATE || request->op == TOKEN_REMOVE)
        return token_change(tx, request, work->told, work->err);
    if (request->op == NOTICE_SEND || request->op == NOTICE_END)
        return notice_send(tx, request, work->err);
    if (request->op == MEDIA_QUARANTINE || request->op == MEDIA_RELEASE)
        return quarantine_change(tx, request, work->told, work->err);
    if (request->op == ACCOUNT_HOLD || request->op == ACCOUNT_RELEASE)
        return hold_change(tx, request, work->err);
    if (request->op == ACCOUNT_CREATE) {
        TRY(create(tx, request, &entry.subject, work->err));
    } else {
        TRY(find(tx, request, &user, work->err));
        if (request->op == ACCOUNT_BOUND)
            TRY(tell_bound(tx, user, request, work->told));
        else
            TRY(change(tx, user, request));
        entry.subject = user->nid;
    }
    return audit_append(tx, &entry);
}

enum rc account_run(struct store *store, const struct account_request *request, char ret_told[ACCOUNT_TOLD_MAX],
                    struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct error local = {.text = ""};
    struct work work = {request, ret_told, &local};
    ret_told[0] = 0;
    if (request->op == STATISTICS_TELL)
        return statistics_tell(store, request, ret_told, err);
    static const struct act act = {.actor = ACTOR_COMMAND,
                                   .purpose = PURPOSE_OPERATIONS,
                                   .purposes = PURPOSE_BIT(PURPOSE_OPERATIONS),
                                   .basis = BASIS_CONTRACT,
                                   .reason = "the operator's command line"};
    enum rc rc = store_write_wait(store, &act, &arena, run, &work);
    arena_fini(&arena);
    if (rc != RC_OK)
        error_set(err, rc, "%s", local.text[0] ? local.text : rc_name(rc));
    return rc;
}
