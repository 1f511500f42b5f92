/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Live self-checks: what the policy promises about a data folder, looked at in the folder itself. They only read, with
 * connections of their own, so a running server may use the folder at the same time.
 */
#ifndef PRIVACY_CHECKS_CHECKS_H
#define PRIVACY_CHECKS_CHECKS_H

#include "base/arena.h"
#include "base/str.h"

struct check_result {
    bool ok;
    str words; /* what was found, for people */
};

struct check {
    const char *name;
    struct check_result (*run)(struct arena *arena, const char *folder);
};

extern const struct check checks[];
extern const size_t check_count;

/* "no-plain-text" and the like; NULL: there is none of that name. */
const struct check *check_find(const char *name);

/* The results of all, in the order of checks[]. */
struct check_result *checks_run_all(struct arena *arena, const char *folder);

/* For checks. */
struct check_result check_good(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct check_result check_bad(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The names of all tables, or of another type, of a store ("vault.db"). */
enum rc check_schema(struct arena *arena, const char *folder, const char *store, const char *type, str **ret_names,
                     size_t *ret_count, struct error *err) MUST_USE;
bool check_has(const str *names, size_t count, str name);

#endif
