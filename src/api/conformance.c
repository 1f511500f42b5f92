/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy as code, public: what is promised, what makes it true, what proves it, and whether that holds. */
#include "privacy/conformance.h"

#include "api/policy_view.h"
#include "api/self_checks.h"
#include "api/server.h"
#include "api/terms.h"
#include "privacy/policy_text.h"

static struct conformance *look(struct call *call)
{
    const struct check_result *results = self_checks_look(call->server->self_checks, call->arena, call_now_ms(call));
    return conformance_of(call->arena, call->server->proofs, results);
}

static enum rc get_conformance(struct call *call)
{
    const struct proofs *proofs = call->server->proofs;
    yyjson_mut_doc *doc = json_new(call->arena);
    yyjson_mut_val *answer = yyjson_mut_obj(doc);
    json_set_str(doc, answer, "policy_version", terms_in_force(call)->version);
    json_set_str(doc, answer, "tested", proofs_time(proofs));
    json_set(doc, answer, "obligations", conformance_json(doc, look(call), proofs));
    call_reply_json(call, answer);
    return RC_OK;
}

static enum rc get_page(struct call *call)
{
    enum language language = policy_asked_language(call);
    policy_page_headers(call, language);
    conformance_write_page(look(call), call->server->proofs, language, &call->out);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    PUBLIC_GET("parleyConformance", "/_parley/v1/conformance", get_conformance),
    PUBLIC_GET("parleyConformancePage", "/policy/conformance", get_page),
};

extern const struct endpoint_module conformance_module;
const struct endpoint_module conformance_module = ENDPOINT_MODULE(endpoints);
