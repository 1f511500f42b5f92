/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy as pages without scripts, for any browser (obligations 0.1, 0.3, 6.2, 6.4). */
#ifndef PRIVACY_POLICY_PAGE_H
#define PRIVACY_POLICY_PAGE_H

#include "privacy/policy_text.h"

/* What a page is about, and for whom. */
struct policy_view {
    const struct policy *policy;
    const struct policy_series *series;
    enum language language;
    int64_t now_ms; /* what is announced later does not exist yet */
};

/* A version's text: contents, clauses with their numbers as ids, what is announced, and what does not work yet. */
void policy_write_page(const struct policy_view *view, const struct policy_version *version, struct strbuf *out);
/* Every announced version of the policy and its supplements, and a form to compare two. */
void policy_write_archive(const struct policy_view *view, struct strbuf *out);
/* Clause by clause what differs from one version to another of the series. */
void policy_write_comparison(const struct policy_view *view, const struct policy_version *from,
                             const struct policy_version *to, struct strbuf *out);

/* Head and foot of a page. path and query (which may be empty) lead to the same in the other language; path "/policy/"
 * takes the language as its last part. */
void policy_page_begin(struct strbuf *out, enum language language, str title, const char *path, const char *query);
void policy_page_end(struct strbuf *out);
/* Where a version is shown: "/policy/archive/2" or "/policy/supplements/location/2". */
void policy_add_version_path(struct strbuf *out, const struct policy_series *series,
                             const struct policy_version *version);
/* "rights and how to use them, …" and whether rights are lessened; nothing for a version that asks nothing. */
void policy_add_nature(struct strbuf *out, const struct policy_version *version, enum language language);

#endif
