/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the policy's public endpoints share. */
#ifndef API_POLICY_VIEW_H
#define API_POLICY_VIEW_H

#include "api/call.h"
#include "privacy/policy_page.h"

/* The query parameter lang, else what the browser prefers. */
enum language policy_asked_language(struct call *call);
/* A page's type, language and policy of its content; it has no scripts. */
void policy_page_headers(struct call *call, enum language language);
struct policy_view policy_view_of(struct call *call, const struct policy_series *series, enum language language);

/* What is declared of a version, with the addresses of its texts. */
yyjson_mut_val *policy_version_object(struct call *call, yyjson_mut_doc *doc, const struct policy_series *series,
                                      const struct policy_version *version);
/* language, sha256, title and sections of a text. */
yyjson_mut_val *policy_text_object(struct call *call, yyjson_mut_doc *doc, const struct policy_document *document);
/* A version that is announced by now. 404. */
enum rc policy_announced_version(struct call *call, const struct policy_series *series, str name,
                                 const struct policy_version **ret_version) MUST_USE;

#endif
