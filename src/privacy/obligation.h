/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The policy as code: every obligation with the clause that promises it, the files that make it true and the tests that
 * prove it. The table is made by tools/obligations when the program is built, and the build fails when the registry
 * (policy/obligations/) claims what is not there. So an obligation here that is `built` has all three.
 */
#ifndef PRIVACY_OBLIGATION_H
#define PRIVACY_OBLIGATION_H

#include "base/language.h"
#include "base/str.h"

/* As the results of a test run name it: "api consents", "1.17 a grant outlives …". */
struct obligation_test {
    const char *suite, *name;
};

struct obligation {
    const char *id;
    bool built;                         /* false: planned, and never lit */
    const char *clause[LANGUAGE_COUNT]; /* plain text, without the operator's details */
    const char *says;                   /* how it is made true, in a sentence */
    const char *mutant; /* what became of the mechanism's mutant: "killed", "survived" …; "": has none */
    const char *const *mechanism;
    const char *const *checks; /* names of privacy/checks/checks.h */
    const struct obligation_test *tests;
    size_t mechanism_count, check_count, test_count;
};

/* In the order of their numbers. */
extern const struct obligation obligations[];
extern const size_t obligation_count;

#endif
