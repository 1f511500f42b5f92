/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which obligations are lit, and why the others are not: for `parley policy verify` and the public page. */
#ifndef PRIVACY_CONFORMANCE_H
#define PRIVACY_CONFORMANCE_H

#include "base/strbuf.h"
#include "privacy/checks/checks.h"
#include "privacy/proofs.h"
#include "json/json.h"

struct conformance {
    const struct obligation *obligation;
    bool lit; /* built, every test of its number passed with this build, every check holds */
    size_t passed, failed, missing;
    struct check_result *checks; /* as obligation->checks; NULL: not run */
};

/* One entry an obligation, in their order. proofs NULL: there are none. results: of the live checks, in the order of
 * checks[]; NULL: they were not run, and what has any is not lit. */
struct conformance *conformance_of(struct arena *arena, const struct proofs *proofs,
                                   const struct check_result *results);
/* An object an obligation: id, lit, state, clause, mechanism, tests, checks, says, mutant. */
yyjson_mut_val *conformance_json(yyjson_mut_doc *doc, const struct conformance *all, const struct proofs *proofs);
void conformance_write_page(const struct conformance *all, const struct proofs *proofs, enum language language,
                            struct strbuf *out);

#endif
