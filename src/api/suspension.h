/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Spec "Account suspension": who is suspended reads as before, and may leave, decline invites, take back what they
 * said, sign out and close the account; whatever others would see of them is refused. tests/api/suites/standing.test.js
 * has it as a table.
 */
#ifndef API_SUSPENSION_H
#define API_SUSPENSION_H

#include "api/call.h"

/* RC_OK, or 403 M_USER_SUSPENDED if the caller is. */
enum rc suspension_check(struct call *call) MUST_USE;
/* The same for an event the caller would send, of which leaving is allowed and so are redactions (redaction.c knows
 * whose event it is). */
enum rc suspension_check_event(struct call *call, const struct event_draft *draft) MUST_USE;

#endif
