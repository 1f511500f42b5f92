/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Passwords: what is accepted as one, and checking one in the slow step so that unknown accounts cost the same. */
#ifndef API_PASSWORD_H
#define API_PASSWORD_H

#include "api/call.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 512 };

/* 400 M_WEAK_PASSWORD unless it is PASSWORD_MIN characters or more; M_INVALID_PARAM beyond PASSWORD_MAX bytes. */
enum rc password_acceptable(struct call *call, str password) MUST_USE;
/* The stored hash of a user; STR_NONE when the account has no password. */
enum rc password_hash_of(struct tx *tx, uint64_t user_nid, str *ret_hash) MUST_USE;
/* SLOW. With an empty hash it fails after the same work. */
bool password_matches(str password, str hash);

#endif
