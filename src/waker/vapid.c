/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/vapid.h"

#include "json/json.h"

/* RFC 8292, 2: no more than a day. */
enum { VALID_S = 12 * 3600 };

enum rc vapid_init(const struct crypto_key *secret, str subject, struct vapid *ret_vapid)
{
    struct crypto_key derived, next;
    enum rc rc = RC_CRYPTO;
    crypto_key_derive(secret, "vapid", &derived);
    for (int i = 0; i < 4 && rc != RC_OK; i++) {
        rc = p256_key_from(&derived, &ret_vapid->key);
        crypto_key_derive(&derived, "vapid", &next);
        derived = next;
    }
    crypto_wipe(&derived, sizeof derived);
    crypto_wipe(&next, sizeof next);
    ret_vapid->subject = subject;
    return rc;
}

str vapid_public_key(const struct vapid *vapid, struct arena *arena)
{
    return crypto_base64(arena, str_from(vapid->key.point, sizeof vapid->key.point), true);
}

/* Up to the path. */
static str origin_of(str url)
{
    size_t at = str_starts(url, S("https://")) ? 8 : 7;
    while (at < url.len && !strchr("/?#", url.ptr[at]))
        at++;
    return str_head(url, at);
}

static str claims(const struct vapid *vapid, struct arena *arena, str endpoint, int64_t now_ms)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    json_set_str(doc, object, "aud", origin_of(endpoint));
    json_set_i64(doc, object, "exp", now_ms / 1000 + VALID_S);
    json_set_str(doc, object, "sub", vapid->subject);
    return json_mut_text(arena, object);
}

enum rc vapid_authorization(const struct vapid *vapid, struct arena *arena, str endpoint, int64_t now_ms,
                            str *ret_value)
{
    unsigned char signature[P256_SIGNATURE_SIZE];
    str head = crypto_base64(arena, S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"), true);
    str body = crypto_base64(arena, claims(vapid, arena, endpoint, now_ms), true);
    str signed_part = arena_concat(arena, head, S("."), body);
    TRY(p256_sign(&vapid->key, signed_part, signature));
    str signature_text = crypto_base64(arena, str_from(signature, sizeof signature), true);
    *ret_value = arena_printf(arena, "vapid t=%.*s.%.*s, k=%.*s", STR_ARG(signed_part), STR_ARG(signature_text),
                              STR_ARG(vapid_public_key(vapid, arena)));
    return RC_OK;
}
