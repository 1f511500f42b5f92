/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A password from the person at the terminal (asked twice, not shown) or, in scripts, from the first line of standard
 * input. Never from the command line, which others on the machine can see. */
#ifndef CLI_PASSWORD_H
#define CLI_PASSWORD_H

#include "base/arena.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 512 };

/* RC_INVALID: too short, too long, or the two differ. */
enum rc password_ask(struct arena *arena, str *ret_password, struct error *err) MUST_USE;

#endif
