/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What registration, the operator's commands and closing an account have in common. */
#ifndef API_ACCOUNTS_H
#define API_ACCOUNTS_H

#include "privacy/consent.h"
#include "store/users.h"

str account_user_id(struct tx *tx, str localpart);
/* A localpart nobody has, for those who did not choose one. */
str account_random_name(struct tx *tx);
/* WRITE. As themselves. */
enum rc account_leave_room(struct tx *tx, const struct user *user, uint64_t room_nid) MUST_USE;
/* WRITE. Nobody can use the account any more, on any device; nothing of it is removed but the devices, and of somebody
 * held by law (store/holds.h) not even those. */
enum rc account_stop(struct tx *tx, uint64_t user_nid, bool held) MUST_USE;
/* WRITE. Of somebody whose key is gone without the account having been closed: nothing can be said in their name any
 * more, so the server says that they are out of their rooms. They are signed out, and nobody can be them. */
enum rc account_shut_out(struct tx *tx, const struct user *user) MUST_USE;
/* WRITE. The account ends: its consents (1.22) and memberships, and, unless law holds them, its devices, number,
 * password and name. Its key stays. */
enum rc account_close(struct tx *tx, const struct consent_issuer *issuer, const struct user *user, bool held) MUST_USE;

#endif
