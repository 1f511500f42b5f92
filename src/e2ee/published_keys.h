/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Keys as clients publish them (spec "Key algorithms", "Device keys", "One-time and fallback keys"): their form. The
 * server vouches for nothing: whose a key is shows in its signatures, which other clients check. Pure.
 */
#ifndef E2EE_PUBLISHED_KEYS_H
#define E2EE_PUBLISHED_KEYS_H

#include "json/json.h"

enum {
    KEY_NAME_MAX = 255,
    KEY_ALGORITHM_MAX = 64,
    DEVICE_KEYS_MAX = 16384, /* bytes of a device's identity keys */
    ONE_TIME_KEY_MAX = 8192, /* of one key; algorithms to come have large ones */
};

/* "<algorithm>:<id>", both not empty and printable. RC_INVALID. */
enum rc key_name_split(str name, str *ret_algorithm, str *ret_id) MUST_USE;
/* A device's identity keys. *ret_text: canonical, without `unsigned` and the signatures of others. RC_FORBIDDEN:
 * they are another device's; RC_INVALID, RC_BAD_JSON: they are of no such form; RC_TOO_LARGE. */
enum rc device_keys_read(struct arena *arena, yyjson_val *object, str user_id, str device_id, str *ret_text,
                         struct error *err) MUST_USE;
/* A one-time or fallback key: a string or a signed object. *ret_text: canonical. */
enum rc one_time_key_read(struct arena *arena, yyjson_val *value, str *ret_text, struct error *err) MUST_USE;
/* One of a person's cross-signing keys, of the usage ("master" …). *ret_text: canonical, without `unsigned` and the
 * signatures of others; *ret_public_key points into it. RC_FORBIDDEN: it is somebody else's; RC_INVALID, RC_BAD_JSON:
 * it is of no such form; RC_TOO_LARGE. */
enum rc cross_signing_key_read(struct arena *arena, yyjson_val *object, str user_id, str usage, str *ret_public_key,
                               str *ret_text, struct error *err) MUST_USE;

#endif
