/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What passes a stage of user-interactive authentication. */
#include "api/identity.h"
#include "api/registration_tokens.h"
#include "api/terms.h"
#include "api/uia_private.h"

bool uia_refuse(struct uia_attempt *attempt, const char *errcode, const char *error)
{
    attempt->errcode = errcode;
    attempt->error = error;
    return false;
}

static enum rc read_credentials(struct call *call, struct uia_attempt *attempt, str *ret_sid, str *ret_secret)
{
    yyjson_val *credentials;
    TRY(json_get_object(attempt->auth, "threepid_creds", &credentials, call_err(call)));
    if (!credentials) /* the name before v1.1 */
        TRY(json_need_object(attempt->auth, "threepidCreds", &credentials, call_err(call)));
    TRY(json_need_str(credentials, "sid", ret_sid, call_err(call)));
    TRY(json_need_str(credentials, "client_secret", ret_secret, call_err(call)));
    if (!client_secret_is_valid(*ret_sid) || !client_secret_is_valid(*ret_secret))
        return call_fail(call, 400, "M_INVALID_PARAM",
                         "sid and client_secret have 1 to 255 characters of [0-9a-zA-Z.=_-].");
    return RC_OK;
}

static enum rc judge_code(struct call *call, struct uia_attempt *attempt, enum code_purpose purpose,
                          enum code_medium medium, bool *ret_passed)
{
    struct uia_proof *kept = &attempt->session.proofs[medium];
    struct code_proof proof;
    str sid, secret;
    TRY(read_credentials(call, attempt, &sid, &secret));
    enum rc rc = identity_proof(call, sid, secret, purpose, medium, &proof);
    if (rc == RC_NOT_FOUND || rc == RC_FORBIDDEN || rc == RC_EXPIRED) {
        *ret_passed = uia_refuse(attempt, "M_UNAUTHORIZED",
                                 medium == CODE_EMAIL ? "This e-mail address has not been confirmed yet."
                                                      : "This number has not been confirmed with a code yet.");
        return RC_OK;
    }
    TRY(rc);
    uint64_t owner = attempt->session.user_nid;
    bool somebody_elses = owner ? proof.subject != owner : !proof.subject;
    if (purpose == CODE_LOGIN && somebody_elses) {
        *ret_passed = uia_refuse(attempt, "M_FORBIDDEN",
                                 medium == CODE_EMAIL ? "This is not the e-mail address of this account."
                                                      : "This is not the number of this account.");
        return RC_OK;
    }
    memcpy(kept->sid, sid.ptr, sid.len);
    kept->sid[sid.len] = 0;
    memcpy(kept->client_secret, secret.ptr, secret.len);
    kept->client_secret[secret.len] = 0;
    attempt->session.subject = proof.subject;
    *ret_passed = true;
    return RC_OK;
}

/* Agreeing to a text that is not the present one is not agreeing. */
static enum rc judge_terms(struct call *call, struct uia_attempt *attempt, bool *ret_passed)
{
    str tag, sha256;
    TRY(json_get_str(attempt->auth, "org.parley.language", &tag, call_err(call)));
    TRY(json_get_str(attempt->auth, "org.parley.sha256", &sha256, call_err(call)));
    enum language language = tag.ptr ? language_of_tag(tag) : LANGUAGE_EN;
    if (language == LANGUAGE_COUNT)
        return call_fail(call, 400, "M_INVALID_PARAM", "The policy does not come in this language.");
    if (sha256.ptr && !str_eq(sha256, terms_in_force(call)->documents[language].sha256_hex)) {
        *ret_passed =
            uia_refuse(attempt, "M_FORBIDDEN", "The policy has changed since you read it. Read the present version.");
        return RC_OK;
    }
    attempt->session.language = language;
    *ret_passed = true;
    return RC_OK;
}

static const char token_is_no_good[] = "This registration token is not valid, or all its uses are taken.";

static enum rc judge_token(struct call *call, struct uia_attempt *attempt, bool *ret_passed)
{
    struct registration_token found;
    str token;
    bool living = false;
    TRY(json_need_str(attempt->auth, "token", &token, call_err(call)));
    TRY(registration_token_lives(call, token, str_of(attempt->session.id), &found, &living));
    if (!living) {
        *ret_passed = uia_refuse(attempt, "M_UNAUTHORIZED", token_is_no_good);
        return RC_OK;
    }
    memcpy(attempt->session.token, found.id.ptr, found.id.len);
    attempt->session.token[found.id.len] = 0;
    *ret_passed = true;
    return RC_OK;
}

enum rc uia_use_token(struct call *call, struct uia_attempt *attempt, bool *ret_passed)
{
    struct uia_session *session = &attempt->session;
    enum rc rc = registration_tokens_use(call->tx, str_of(session->token));
    *ret_passed = rc == RC_OK;
    if (rc != RC_EXPIRED)
        return rc;
    session->completed &= ~(uint32_t)UIA_TOKEN;
    session->token[0] = 0;
    uia_refuse(attempt, "M_UNAUTHORIZED", token_is_no_good);
    return RC_OK;
}

enum rc uia_judge(struct call *call, struct uia_attempt *attempt, bool *ret_passed)
{
    switch (attempt->stage) {
    case UIA_TERMS: return judge_terms(call, attempt, ret_passed);
    case UIA_MSISDN: return judge_code(call, attempt, CODE_REGISTER, CODE_SMS, ret_passed);
    case UIA_EMAIL: return judge_code(call, attempt, CODE_REGISTER, CODE_EMAIL, ret_passed);
    case UIA_EMAIL_RESET: return judge_code(call, attempt, CODE_LOGIN, CODE_EMAIL, ret_passed);
    case UIA_RESET:
    case UIA_SMS: return judge_code(call, attempt, CODE_LOGIN, CODE_SMS, ret_passed);
    case UIA_TOKEN: return judge_token(call, attempt, ret_passed);
    case UIA_PASSWORD:
        *ret_passed = attempt->password_fits || uia_refuse(attempt, "M_FORBIDDEN", "The password is not right.");
        return RC_OK;
    default: *ret_passed = true; return RC_OK;
    }
}
