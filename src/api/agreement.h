/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Using the service means having agreed to the policy in force (obligations 0.2, 6.1, 6.5).
 *
 * Who agreed to an earlier version and goes on after a new one took effect has accepted it: that is put on the ledger
 * at the first such request. A version with a major change, or one that lessens rights, is not accepted like that:
 * until the person says yes, all but what is for their rights or leads out of the service is refused with
 * M_CONSENT_NOT_GIVEN and the address of a page where they can agree, or decline.
 */
#ifndef API_AGREEMENT_H
#define API_AGREEMENT_H

#include "api/call.h"
#include "privacy/policy_text.h"

/* Of a call that knows who asks. Not of a machine account: nobody is behind it who could be asked, and nothing is put
 * on the ledger. */
enum rc agreement_check(struct call *call) MUST_USE;
/* Whether the person has to say yes before they can go on. */
bool agreement_is_missing(struct call *call, const struct user *user);

/* The address of the page, for an hour and this person. */
str agreement_uri(struct call *call, uint64_t subject);
/* Whom a page's address names; RC_FORBIDDEN when it is none, or too old. */
enum rc agreement_uri_subject(struct call *call, str token, uint64_t *ret_subject) MUST_USE;

#endif
