/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What registration, the operator's commands and closing an account have in common. */
#ifndef API_ACCOUNTS_H
#define API_ACCOUNTS_H

#include "privacy/consent.h"
#include "store/users.h"

str account_user_id(struct tx *tx, str localpart);
/* A localpart nobody has, for those who did not choose one. */
str account_random_name(struct tx *tx);
/* WRITE. Ends everything the account can do: its devices, memberships, number and password, and its consents (1.22).
 * erase: its data key is
 * destroyed too, and with it what it said and was. */
enum rc account_close(struct tx *tx, const struct consent_issuer *issuer, const struct user *user, bool erase) MUST_USE;

#endif
