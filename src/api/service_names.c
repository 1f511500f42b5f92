/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/service_names.h"

#include "api/accounts.h"
#include "api/auth.h"
#include "api/on_behalf.h"
#include "appservice/appservice.h"

static enum rc check(struct call *call, bool owned, bool kept)
{
    if (call->who.service && !owned)
        return call_fail(call, 400, "M_EXCLUSIVE", "This is in none of the application service's namespaces.");
    return kept ? call_fail(call, 400, "M_EXCLUSIVE", "This name is kept for an application service.") : RC_OK;
}

enum rc service_check_user(struct call *call, str localpart)
{
    const struct appservice *service = call->who.service;
    str user_id = account_user_id(call->tx, localpart);
    return check(call, service && appservice_owns_user(service, user_id),
                 appservices_keeper_of_user(services_now(call->server), user_id, service) != NULL);
}

enum rc service_check_alias(struct call *call, str alias)
{
    const struct appservice *service = call->who.service;
    return check(call, service && appservice_owns_alias(service, alias),
                 appservices_keeper_of_alias(services_now(call->server), alias, service) != NULL);
}

enum rc service_signs_in(struct call *call, bool *ret_does)
{
    bool does = str_eq(json_str_of(yyjson_obj_get(call->body, "type")), S("m.login.application_service"));
    *ret_does = does;
    /* Nothing holds up a service's guesses at a password (api/on_behalf.h). */
    if (!does && call->who.service)
        return call_fail(call, 403, "M_FORBIDDEN", "Application services do this with m.login.application_service.");
    if (!does || call->who.service)
        return RC_OK;
    if (!call_has_token(call))
        return call_fail_missing_token(call);
    return call_fail(call, 401, "M_UNKNOWN_TOKEN", "This is no application service's token.");
}
