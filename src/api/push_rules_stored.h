/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A user's push rules as account data m.push_rules: what is stored, or the server's defaults. */
#ifndef API_PUSH_RULES_STORED_H
#define API_PUSH_RULES_STORED_H

#include "push/rules.h"
#include "store/users.h"

/* Freed with tx's arena. */
enum rc push_rules_stored_load(struct tx *tx, const struct user *user, struct push_rules **ret_rules) MUST_USE;
/* WRITE. */
enum rc push_rules_stored_save(struct tx *tx, const struct user *user, const struct push_rules *rules) MUST_USE;
/* The content clients see, {"global":…}. */
enum rc push_rules_stored_content(struct tx *tx, const struct user *user, str *ret_content) MUST_USE;

#endif
