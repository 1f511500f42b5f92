/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "e2ee/published_keys.h"

#include "crypto/crypto.h"
#include "e2ee/signed_json.h"

static bool is_printable(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    return text.len > 0;
}

enum rc key_name_split(str name, str *ret_algorithm, str *ret_id)
{
    str algorithm, id = str_split(name, ':', &algorithm);
    if (name.len > KEY_NAME_MAX || algorithm.len > KEY_ALGORITHM_MAX || !is_printable(algorithm) || !is_printable(id))
        return RC_INVALID;
    *ret_algorithm = algorithm;
    *ret_id = id;
    return RC_OK;
}

static enum rc need_same(yyjson_val *object, const char *key, str expected, struct error *err)
{
    str value;
    TRY(json_need_str(object, key, &value, err));
    return str_eq(value, expected) ? RC_OK
                                   : error_set(err, RC_FORBIDDEN, "device_keys: %s is not this device's own", key);
}

static enum rc check_names(yyjson_val *keys, struct error *err)
{
    yyjson_val *name, *value;
    size_t i, count;
    yyjson_obj_foreach(keys, i, count, name, value)
    {
        str algorithm, id;
        if (!yyjson_is_str(value) || key_name_split(json_str_of(name), &algorithm, &id) != RC_OK)
            return error_set(err, RC_INVALID, "device_keys: keys are strings named <algorithm>:<device id>");
    }
    return RC_OK;
}

/* By whom, and by which key of theirs. */
static enum rc check_signatures(yyjson_val *signatures, struct error *err)
{
    yyjson_val *user, *by_key, *key, *value;
    size_t i, k, users, keys;
    yyjson_obj_foreach(signatures, i, users, user, by_key)
    {
        if (!yyjson_is_obj(by_key))
            return error_set(err, RC_BAD_JSON, "signatures must be objects by user");
        yyjson_obj_foreach(by_key, k, keys, key, value)
        {
            if (!yyjson_is_str(value))
                return error_set(err, RC_BAD_JSON, "signatures must be strings by key");
        }
    }
    return RC_OK;
}

enum rc device_keys_read(struct arena *arena, yyjson_val *object, str user_id, str device_id, str *ret_text,
                         struct error *err)
{
    yyjson_val *keys, *signatures;
    str *algorithms;
    size_t count;
    bool present;
    TRY(need_same(object, "user_id", user_id, err));
    TRY(need_same(object, "device_id", device_id, err));
    TRY(json_get_strs(arena, object, "algorithms", &algorithms, &count, &present, err));
    if (!present)
        return error_set(err, RC_BAD_JSON, "device_keys: algorithms is missing");
    TRY(json_need_object(object, "keys", &keys, err));
    TRY(check_names(keys, err));
    TRY(json_need_object(object, "signatures", &signatures, err));
    TRY(check_signatures(signatures, err));
    TRY(signed_json_of_user(arena, object, user_id, ret_text, err));
    return ret_text->len <= DEVICE_KEYS_MAX ? RC_OK : error_set(err, RC_TOO_LARGE, "device_keys is too large");
}

enum rc one_time_key_read(struct arena *arena, yyjson_val *value, str *ret_text, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    str key;
    if (yyjson_is_obj(value)) {
        TRY(json_need_str(value, "key", &key, err));
        yyjson_val *signatures;
        TRY(json_need_object(value, "signatures", &signatures, err));
        TRY(check_signatures(signatures, err));
    } else if (!yyjson_is_str(value)) {
        return error_set(err, RC_BAD_JSON, "each key must be a string or an object");
    }
    enum rc rc = json_canonical(&text, value, err);
    *ret_text = strbuf_to_arena(&text, arena);
    strbuf_fini(&text);
    TRY(rc);
    return ret_text->len <= ONE_TIME_KEY_MAX ? RC_OK : error_set(err, RC_TOO_LARGE, "a key is too large");
}

static bool is_ed25519_key(struct arena *arena, str text)
{
    str bytes;
    return crypto_base64_decode(arena, text, &bytes) == RC_OK && bytes.len == CRYPTO_KEY_SIZE
           && str_eq(crypto_base64(arena, bytes, false), text);
}

/* The one key there is: named after itself. */
static enum rc read_public_key(struct arena *arena, yyjson_val *keys, str *ret_public_key, struct error *err)
{
    yyjson_val *name, *value;
    size_t i, count;
    str public_key = STR_NONE;
    yyjson_obj_foreach(keys, i, count, name, value)
    {
        public_key = json_str_of(value);
        if (!str_eq(json_str_of(name), arena_concat(arena, S("ed25519:"), public_key, STR_NONE)))
            return error_set(err, RC_INVALID, "a cross-signing key is named ed25519:<the key itself>");
    }
    if (count != 1 || !is_ed25519_key(arena, public_key))
        return error_set(err, RC_INVALID, "a cross-signing key has one Ed25519 key, in unpadded base64");
    *ret_public_key = public_key;
    return RC_OK;
}

static bool has_usage(const str *usages, size_t count, str usage)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(usages[i], usage))
            return true;
    return false;
}

enum rc cross_signing_key_read(struct arena *arena, yyjson_val *object, str user_id, str usage, str *ret_public_key,
                               str *ret_text, struct error *err)
{
    yyjson_val *keys, *signatures;
    str *usages, owner;
    size_t count;
    bool present;
    TRY(json_need_str(object, "user_id", &owner, err));
    if (!str_eq(owner, user_id))
        return error_set(err, RC_FORBIDDEN, "a cross-signing key's user_id is not yours");
    TRY(json_get_strs(arena, object, "usage", &usages, &count, &present, err));
    if (!has_usage(usages, count, usage))
        return error_set(err, RC_INVALID, "a cross-signing key's usage does not have %.*s", STR_ARG(usage));
    TRY(json_need_object(object, "keys", &keys, err));
    TRY(read_public_key(arena, keys, ret_public_key, err));
    TRY(json_get_object(object, "signatures", &signatures, err));
    TRY(check_signatures(signatures, err));
    TRY(signed_json_of_user(arena, object, user_id, ret_text, err));
    return ret_text->len <= DEVICE_KEYS_MAX ? RC_OK : error_set(err, RC_TOO_LARGE, "a cross-signing key is too large");
}
