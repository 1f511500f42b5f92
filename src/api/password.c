/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/password.h"

#include "crypto/crypto.h"

static size_t characters(str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return count;
}

enum rc password_acceptable(struct call *call, str password)
{
    if (password.len > PASSWORD_MAX)
        return call_fail(call, 400, "M_INVALID_PARAM", "This password is too long. Take one of at most 512 bytes.");
    if (characters(password) < PASSWORD_MIN)
        return call_fail(call, 400, "M_WEAK_PASSWORD",
                         "This password is too short. Take one of at least 8 characters.");
    return RC_OK;
}

enum rc password_hash_of(struct tx *tx, uint64_t user_nid, str *ret_hash)
{
    enum rc rc = personal_get(tx, user_nid, FIELD_PASSWORD_HASH, 0, PURPOSE_ACCOUNT_SECURITY, ret_hash);
    if (rc == RC_NOT_FOUND)
        *ret_hash = STR_NONE;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

bool password_matches(str password, str hash)
{
    bool fits = crypto_password_verify(str_head(password, PASSWORD_MAX), hash) == RC_OK;
    return fits && password.len <= PASSWORD_MAX;
}
