/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/uia_private.h"

#include "api/identity.h"
#include "api/password.h"
#include "api/server.h"
#include "api/terms.h"
#include "store/codes.h"

#include <stdlib.h>

static const struct stage_name {
    enum uia_stage stage;
    const char *name;
} stage_names[] = {
    {UIA_TERMS, "m.login.terms"},
    {UIA_MSISDN, "m.login.msisdn"},
    {UIA_DUMMY, "m.login.dummy"},
    {UIA_PASSWORD, "m.login.password"},
    {UIA_SMS, "org.parley.login.sms"},
    {UIA_RESET, "m.login.msisdn"},
    {UIA_TOKEN, "m.login.registration_token"},
    {UIA_EMAIL, "m.login.email.identity"},
    {UIA_EMAIL_RESET, "m.login.email.identity"},
};
enum { STAGES = sizeof stage_names / sizeof *stage_names };

/* ---- flows ---- */

static uint32_t flow_stages(const struct uia_flow *flow)
{
    uint32_t all = 0;
    for (const uint32_t *stage = flow->stages; *stage; stage++)
        all |= *stage;
    return all;
}

static bool covers_a_flow(const struct uia_operation *operation, uint32_t completed)
{
    for (const struct uia_flow *flow = operation->flows; flow->stages[0]; flow++)
        if ((flow_stages(flow) & ~completed) == 0)
            return true;
    return false;
}

static uint32_t offered_stages(const struct uia_operation *operation)
{
    uint32_t all = 0;
    for (const struct uia_flow *flow = operation->flows; flow->stages[0]; flow++)
        all |= flow_stages(flow);
    return all;
}

bool uia_may_complete(const struct uia_attempt *attempt)
{
    return attempt->waived || covers_a_flow(attempt->session.operation, attempt->session.completed | attempt->stage);
}

/* ---- the 401 answer ---- */

static yyjson_mut_val *names_of(yyjson_mut_doc *doc, const uint32_t *stages)
{
    yyjson_mut_val *names = yyjson_mut_arr(doc);
    for (; *stages; stages++)
        for (size_t i = 0; i < STAGES; i++)
            if (stage_names[i].stage == *stages)
                yyjson_mut_arr_add_str(doc, names, stage_names[i].name);
    return names;
}

static void add_flows(yyjson_mut_doc *doc, yyjson_mut_val *answer, const struct uia_operation *operation)
{
    yyjson_mut_val *flows = yyjson_mut_arr(doc);
    for (const struct uia_flow *flow = operation->flows; flow->stages[0]; flow++) {
        yyjson_mut_val *object = yyjson_mut_obj(doc);
        json_set(doc, object, "stages", names_of(doc, flow->stages));
        yyjson_mut_arr_append(flows, object);
    }
    json_set(doc, answer, "flows", flows);
}

static void add_completed(yyjson_mut_doc *doc, yyjson_mut_val *answer, uint32_t completed)
{
    uint32_t stages[STAGES + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; i < STAGES; i++)
        if (completed & stage_names[i].stage)
            stages[count++] = stage_names[i].stage;
    json_set(doc, answer, "completed", names_of(doc, stages));
}

static void answer_unfinished(struct call *call, const struct uia_attempt *attempt)
{
    const struct uia_operation *operation = attempt->session.operation;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc), *params = yyjson_mut_obj(doc);
    if (attempt->errcode) {
        json_set_str(doc, answer, "errcode", str_of(attempt->errcode));
        json_set_str(doc, answer, "error", str_of(attempt->error));
    }
    json_set_str(doc, answer, "session", arena_dup(call->arena, str_of(attempt->session.id)));
    add_flows(doc, answer, operation);
    if (offered_stages(operation) & UIA_TERMS)
        json_set(doc, params, "m.login.terms", terms_params(call, doc));
    json_set(doc, answer, "params", params);
    add_completed(doc, answer, attempt->session.completed);
    call_reply_json(call, answer);
    call->status = 401;
}

/* ---- prepare ---- */

/* What the request asks for, whatever its "auth". */
static void note_parameters(struct call *call, struct uia_attempt *attempt)
{
    struct strbuf text = STRBUF_INIT;
    size_t at, count;
    yyjson_val *key, *value;
    strbuf_add_char(&text, '{');
    yyjson_obj_foreach(call->body, at, count, key, value)
    {
        if (str_eq(json_str_of(key), S("auth")))
            continue;
        if (text.len > 1)
            strbuf_add_char(&text, ',');
        strbuf_add_json(&text, json_str_of(key));
        strbuf_add_char(&text, ':');
        json_add_text(&text, value);
    }
    strbuf_add_char(&text, '}');
    if (text.len > 2 && text.len <= UIA_REMEMBERED_MAX && attempt->session.operation->any_parameters) {
        memcpy(attempt->session.remembered, text.ptr, text.len);
        attempt->session.remembered_len = text.len;
    }
    strbuf_add(&text, call->http->path);
    crypto_sha256(strbuf_str(&text), attempt->parameters);
    memcpy(attempt->session.parameters, attempt->parameters, sizeof attempt->parameters);
    crypto_wipe(text.ptr, text.len);
    strbuf_fini(&text);
}

static enum rc find_session(struct call *call, struct uia_attempt *attempt, str id)
{
    struct uia_session found, *session = &attempt->session;
    if (!id.len)
        return RC_OK;
    if (uia_session_get(call->server->uia, id, &found) != RC_OK) {
        attempt->lost = true;
        return RC_OK;
    }
    bool same = found.operation == session->operation && found.user_nid == session->user_nid
                && (found.operation->any_parameters
                    || memcmp(found.parameters, session->parameters, sizeof found.parameters) == 0);
    if (!same)
        return call_fail(call, 403, "M_FORBIDDEN", "This authentication was begun for another request. Begin again.");
    if (session->remembered_len) { /* the newest parameters count */
        memcpy(found.remembered, session->remembered, session->remembered_len);
        found.remembered_len = session->remembered_len;
    }
    *session = found;
    return RC_OK;
}

/* 0: the session's operation offers none of that name. */
static uint32_t stage_named(const struct uia_session *session, str type)
{
    uint32_t offered = offered_stages(session->operation);
    for (size_t i = 0; i < STAGES; i++)
        if (str_eq(type, str_of(stage_names[i].name)) && stage_names[i].stage & offered)
            return stage_names[i].stage;
    return 0;
}

static enum rc read_stage(struct call *call, struct uia_attempt *attempt)
{
    str type;
    TRY(json_get_str(attempt->auth, "type", &type, call_err(call)));
    if (!type.ptr)
        return RC_OK;
    attempt->stage = stage_named(&attempt->session, type);
    if (!attempt->stage) /* what is offered comes with the answer */
        uia_refuse(attempt, "M_UNRECOGNIZED", "This step is not one of those offered.");
    return RC_OK;
}

static enum rc prepare_password(struct call *call, struct uia_attempt *attempt)
{
    const struct user *user;
    uint64_t owner = attempt->session.user_nid;
    TRY(json_need_str(attempt->auth, "password", &attempt->password, call_err(call)));
    attempt->right_user = owner != 0;
    if (identity_given(attempt->auth)) {
        TRY(identity_resolve(call, attempt->auth, &user));
        attempt->right_user = owner && user && user->nid == owner;
    }
    return attempt->right_user ? password_hash_of(call->tx, owner, &attempt->hash) : RC_OK;
}

enum rc uia_open(struct call *call, const struct uia_operation *operation, struct uia_attempt **ret_attempt)
{
    struct uia_attempt *attempt = arena_new(call->arena, struct uia_attempt);
    str session_id = STR_NONE;
    attempt->session.operation = operation;
    attempt->session.user_nid = call->who.user_nid;
    *ret_attempt = attempt;
    /* Nobody is there who could prove anything, and the service's token is no less than a password (since v1.17). */
    attempt->waived = call->who.service && call->who.user;
    if (attempt->waived)
        return RC_OK;
    note_parameters(call, attempt);
    TRY(json_get_object(call->body, "auth", &attempt->auth, call_err(call)));
    if (!attempt->auth)
        return RC_OK;
    TRY(json_get_str(attempt->auth, "session", &session_id, call_err(call)));
    TRY(read_stage(call, attempt));
    return find_session(call, attempt, session_id);
}

/* What is still to do. A session begins with the first such answer: one request that does all needs none. WRITE, where
 * a stage was judged. */
static void ask_for_more(struct call *call, struct uia_attempt *attempt)
{
    if (attempt->session.id[0])
        uia_session_set(call->server->uia, &attempt->session);
    else
        uia_session_add(call->server->uia, &attempt->session);
    answer_unfinished(call, attempt);
}

/* The same of a look at how things stand: on the loop, beside which a stage may be passed on the writer. */
static void tell_the_rest(struct call *call, struct uia_attempt *attempt)
{
    if (!attempt->session.id[0]) {
        ask_for_more(call, attempt);
        return;
    }
    uia_session_remember(call->server->uia, &attempt->session);
    answer_unfinished(call, attempt);
}

enum rc uia_ask(struct call *call, struct uia_attempt *attempt)
{
    if (attempt->waived)
        return RC_OK;
    if (attempt->lost) {
        /* Time or a restart has ended it: the client sees what is left to do in a new one. */
        uia_refuse(attempt, "M_UNKNOWN", "This took too long. Begin again.");
        ask_for_more(call, attempt);
        return RC_OK;
    }
    if (attempt->stage == UIA_PASSWORD)
        TRY(prepare_password(call, attempt));
    if (!attempt->stage && !uia_may_complete(attempt))
        tell_the_rest(call, attempt);
    return RC_OK;
}

enum rc uia_prepare(struct call *call, const struct uia_operation *operation, struct uia_attempt **ret_attempt)
{
    TRY(uia_open(call, operation, ret_attempt));
    return uia_ask(call, *ret_attempt);
}

yyjson_val *uia_parameters(struct call *call, const struct uia_attempt *attempt)
{
    yyjson_val *earlier;
    bool has_own = yyjson_obj_size(call->body) > (attempt->auth ? 1 : 0);
    str text = str_from(attempt->session.remembered, attempt->session.remembered_len);
    if (has_own || !text.len || json_parse_object(call->arena, arena_dup(call->arena, text), false, &earlier, NULL))
        return call->body;
    return earlier;
}

uint64_t uia_made_user(const struct uia_attempt *attempt)
{
    bool equal = memcmp(attempt->session.parameters, attempt->parameters, sizeof attempt->parameters) == 0;
    return equal ? attempt->session.made_user_nid : 0;
}

void uia_slow(struct uia_attempt *attempt)
{
    if (attempt->stage == UIA_PASSWORD)
        attempt->password_fits = password_matches(attempt->password, attempt->hash) && attempt->right_user;
}

/* ---- run ---- */

struct outcome {
    struct uia *uia;
    struct uia_session session;
    bool over;
};

static void publish_outcome(struct store *store, void *arg)
{
    struct outcome *outcome = arg;
    (void)store;
    if (outcome->over)
        uia_session_remove(outcome->uia, str_of(outcome->session.id));
    else
        uia_session_set(outcome->uia, &outcome->session);
    crypto_wipe(outcome, sizeof *outcome);
    free(outcome);
}

static void after_commit(struct call *call, const struct uia_session *session, bool over)
{
    struct outcome *outcome = xcalloc(1, sizeof *outcome);
    outcome->uia = call->server->uia;
    outcome->session = *session;
    outcome->over = over;
    tx_after_commit(call->tx, publish_outcome, free, outcome);
}

void uia_note_made_user(struct call *call, struct uia_attempt *attempt, uint64_t user_nid)
{
    if (!attempt->session.id[0])
        return;
    struct uia_session session = attempt->session;
    session.made_user_nid = user_nid;
    session.until_ms = env_steady_ms(call->server->env) + UIA_REPLAY_LIFE_MS;
    memcpy(session.parameters, attempt->parameters, sizeof session.parameters);
    crypto_wipe(session.remembered, sizeof session.remembered);
    session.remembered_len = 0;
    after_commit(call, &session, false);
}

enum rc uia_run(struct call *call, struct uia_attempt *attempt, bool *ret_passed, struct uia_result *ret_result)
{
    struct uia_session *session = &attempt->session;
    bool passed = false;
    attempt->errcode = NULL;
    if (attempt->waived) {
        *ret_passed = true;
        *ret_result = (struct uia_result){0};
        return RC_OK;
    }
    TRY(uia_judge(call, attempt, &passed));
    if (passed)
        session->completed |= attempt->stage;
    *ret_passed = covers_a_flow(session->operation, session->completed);
    if (*ret_passed && session->completed & UIA_TOKEN)
        TRY(uia_use_token(call, attempt, ret_passed));
    if (!*ret_passed) {
        ask_for_more(call, attempt);
        return RC_OK;
    }
    /* A code proves one thing once: what has changed a password does not sign in afterwards. */
    if (session->completed & (UIA_SMS | UIA_RESET))
        TRY(codes_consume(call->tx, str_of(session->proofs[CODE_SMS].sid)));
    if (session->completed & UIA_EMAIL_RESET)
        TRY(codes_consume(call->tx, str_of(session->proofs[CODE_EMAIL].sid)));
    /* Kept until the commit: if the operation itself fails (a name is taken), its steps need not be done again. */
    if (session->id[0])
        uia_session_set(call->server->uia, session);
    if (session->id[0] && !session->operation->any_parameters)
        after_commit(call, session, true);
    *ret_result = (struct uia_result){
        .subject = session->subject, .language = session->language, .completed = session->completed};
    memcpy(ret_result->proofs, session->proofs, sizeof session->proofs);
    return RC_OK;
}

/* ---- a stage by itself ---- */

static enum rc find_stage(struct call *call, str session_id, str type, struct uia_session *ret_session,
                          uint32_t *ret_stage)
{
    TRY(uia_session_get(call->server->uia, session_id, ret_session));
    *ret_stage = stage_named(ret_session, type);
    return *ret_stage && !ret_session->made_user_nid ? RC_OK : RC_NOT_FOUND;
}

enum rc uia_stage_find(struct call *call, str session_id, str type, enum uia_stage *ret_stage)
{
    struct uia_session session;
    uint32_t stage = 0;
    enum rc rc = find_stage(call, session_id, type, &session, &stage);
    *ret_stage = (enum uia_stage)stage;
    crypto_wipe(&session, sizeof session);
    return rc;
}

enum rc uia_stage_open(struct call *call, str session_id, str type, struct uia_attempt **ret_attempt)
{
    struct uia_attempt *attempt = arena_new(call->arena, struct uia_attempt);
    TRY(find_stage(call, session_id, type, &attempt->session, &attempt->stage));
    attempt->auth = call->body;
    *ret_attempt = attempt;
    return attempt->stage == UIA_PASSWORD ? prepare_password(call, attempt) : RC_OK;
}

enum rc uia_stage_run(struct call *call, struct uia_attempt *attempt)
{
    bool passed = false;
    /* As it is now: another stage may have been passed since. */
    if (uia_session_get(call->server->uia, arena_dup(call->arena, str_of(attempt->session.id)), &attempt->session))
        return call_fail(call, 404, "M_NOT_FOUND", "This took too long. Begin again.");
    TRY(uia_judge(call, attempt, &passed));
    if (!passed)
        return call_fail(call, 401, attempt->errcode, attempt->error);
    attempt->session.completed |= attempt->stage;
    uia_session_set(call->server->uia, &attempt->session);
    return RC_OK;
}
