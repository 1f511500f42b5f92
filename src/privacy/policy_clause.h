/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A text as its clauses, and two texts clause by clause. */
#ifndef PRIVACY_POLICY_CLAUSE_H
#define PRIVACY_POLICY_CLAUSE_H

#include "base/arena.h"

struct policy_clause {
    str id;     /* "1.7"; titles: "title", "1" of a section, "1/2" of the second heading in it */
    str words;  /* Markdown, from behind the number to the next clause or heading */
    bool title; /* one of those */
};

/* In the order of the text; nothing of it belongs to no clause. */
void policy_clauses(struct arena *arena, str text, struct policy_clause **ret_clauses, size_t *ret_count);

enum clause_status { CLAUSE_SAME, CLAUSE_CHANGED, CLAUSE_ADDED, CLAUSE_REMOVED };
struct clause_change {
    enum clause_status status;
    const struct policy_clause *from, *to; /* NULL: added, removed */
};
/* Every clause of either, in the order of `to`, what is gone where it stood. */
void policy_compare(struct arena *arena, str from, str to, struct clause_change **ret_changes, size_t *ret_count);

#endif
