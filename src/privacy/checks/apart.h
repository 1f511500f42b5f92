/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Live checks for a running server, in a process of their own: `parley policy verify --json`. A process that closes any
 * file of a database loses its locks on it (POSIX), so the server must not read their bytes itself.
 */
#ifndef PRIVACY_CHECKS_APART_H
#define PRIVACY_CHECKS_APART_H

#include "privacy/checks/checks.h"

/* For a thread that may wait: a minute at most, and not once *give_up. ret_results: as checks_run_all(). */
enum rc checks_run_apart(struct arena *arena, const char *folder, const _Atomic bool *give_up,
                         struct check_result **ret_results, struct error *err) MUST_USE;

#endif
