/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/agreement.h"

#include "api/server.h"
#include "api/terms.h"
#include "store/act.h"
#include "store/seal.h"

#include <stdlib.h>

enum { URI_LIFE_MS = 3600 * 1000 };

/* ---- the page's address ---- */

/* "<person>.<until>.<proof>": nobody makes one for somebody else. */
static str proof_of(struct call *call, str named)
{
    return crypto_hex(call->arena, seal_blind(call->tx, "agreement page", named));
}

str agreement_uri(struct call *call, uint64_t subject)
{
    str named =
        arena_printf(call->arena, "%llu.%lld", (unsigned long long)subject, (long long)call_now_ms(call) + URI_LIFE_MS);
    return arena_printf(call->arena, "%.*s/policy/agree?t=%.*s.%.*s", STR_ARG(call->server->config->server.public_url),
                        STR_ARG(named), STR_ARG(proof_of(call, named)));
}

enum rc agreement_uri_subject(struct call *call, str token, uint64_t *ret_subject)
{
    str subject, until;
    uint64_t until_ms;
    str rest = str_split(token, '.', &subject), proof = str_split(rest, '.', &until);
    if (!proof.ptr || str_to_u64(subject, ret_subject) != RC_OK || str_to_u64(until, &until_ms) != RC_OK)
        return RC_FORBIDDEN;
    str named = str_head(token, subject.len + 1 + until.len);
    if (!crypto_equal(proof, proof_of(call, named)) || (int64_t)until_ms < call_now_ms(call))
        return RC_FORBIDDEN;
    return RC_OK;
}

/* ---- going on ---- */

struct going_on {
    struct server *server;
    uint64_t subject;
    const struct policy_version *version;
};

/* The language somebody last agreed in. */
static enum rc language_of_subject(struct tx *tx, uint64_t subject, enum language *ret_language)
{
    struct consent *consents;
    size_t count;
    *ret_language = LANGUAGE_EN;
    TRY(consent_list(tx, subject, &consents, &count));
    for (size_t i = 0; i < count; i++) {
        enum language language = language_of_tag(consents[i].language);
        if (str_eq(consents[i].purpose, S(CONSENT_SERVICE)) && language < LANGUAGE_COUNT)
            *ret_language = language;
    }
    return RC_OK;
}

static enum rc going_on_run(struct tx *tx, void *arg)
{
    const struct going_on *going_on = arg;
    const struct consent_issuer issuer = terms_issuer_of(going_on->server);
    const struct user *user;
    enum language language;
    TRY(users_get(tx, going_on->subject, &user));
    if (str_eq(user->agreed, going_on->version->version) || user->flags & USER_DEACTIVATED)
        return RC_OK;
    TRY(language_of_subject(tx, going_on->subject, &language));
    return terms_record_word(tx, &issuer, going_on->subject, going_on->version, language, true, S("continued_use"),
                             NULL);
}

static void going_on_done(void *arg, enum rc rc)
{
    (void)rc; /* the next request tries again */
    free(arg);
}

/* Several requests at once may each start this: the first writes, the others find it written. */
static void record_going_on(struct call *call, const struct policy_version *version)
{
    static const struct act act = ACT_SERVICE(PURPOSE_RIGHTS);
    struct going_on *going_on = xcalloc(1, sizeof *going_on);
    *going_on = (struct going_on){call->server, call->who.user_nid, version};
    server_write(call->server, &act, going_on_run, going_on_done, going_on);
}

/* ---- the check ---- */

bool agreement_is_missing(struct call *call, const struct user *user)
{
    if (user->flags & USER_MACHINE)
        return false;
    const struct policy_series *policy = &call->server->policy->main;
    return policy_asks_between(policy_version_find(policy, user->agreed), terms_in_force(call));
}

enum rc agreement_check(struct call *call)
{
    const struct user *user = call->who.user;
    const struct policy_series *policy = &call->server->policy->main;
    const struct policy_version *in_force = terms_in_force(call);
    bool open = call->endpoint->unagreed || call->endpoint->purpose == PURPOSE_RIGHTS || user->flags & USER_MACHINE;
    if (open || str_eq(user->agreed, in_force->version))
        return RC_OK;
    const struct policy_version *agreed = policy_version_find(policy, user->agreed);
    if (agreed && agreed > in_force) /* announced, and agreed to early */
        return RC_OK;
    if (!policy_asks_between(agreed, in_force)) {
        record_going_on(call, in_force);
        return RC_OK;
    }
    str uri = agreement_uri(call, user->nid);
    return call_fail_with(call, 403, "M_CONSENT_NOT_GIVEN",
                          "The privacy policy has changed. Read it and agree to it to go on; until then you can take "
                          "your information with you, or close your account.",
                          arena_printf(call->arena, "\"consent_uri\":\"%.*s\"", STR_ARG(uri)));
}
