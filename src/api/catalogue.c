/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What we hold, public: the catalogue as a page and as data (obligations 0.8, 4.7). */
#include "api/policy_view.h"
#include "privacy/catalogue_shown.h"

static enum rc get_catalogue(struct call *call)
{
    call_reply_json(call, catalogue_json(json_new(call->arena)));
    return RC_OK;
}

static enum rc get_page(struct call *call)
{
    enum language language = policy_asked_language(call);
    policy_page_headers(call, language);
    catalogue_write_page(language, &call->out);
    return RC_OK;
}

static const struct endpoint endpoints[] = {
    PUBLIC_GET("parleyCatalogue", "/_parley/v1/catalogue", get_catalogue),
    PUBLIC_GET("parleyCataloguePage", "/policy/data", get_page),
};

extern const struct endpoint_module catalogue_module;
const struct endpoint_module catalogue_module = ENDPOINT_MODULE(endpoints);
