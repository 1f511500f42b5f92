/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/sealing.h"

#include <openssl/evp.h>

enum { CEK_SIZE = 16, NONCE_SIZE = 12, TAG_SIZE = 16 };

enum rc subscription_read(struct arena *arena, str p256dh, str auth, struct subscription *ret_subscription)
{
    str point, secret;
    if (crypto_base64_decode(arena, p256dh, &point) != RC_OK || crypto_base64_decode(arena, auth, &secret) != RC_OK
        || !p256_is_point(point) || secret.len != SEALING_AUTH_SIZE)
        return RC_INVALID;
    memcpy(ret_subscription->point, point.ptr, point.len);
    memcpy(ret_subscription->auth, secret.ptr, secret.len);
    return RC_OK;
}

enum rc sealing_dice_new(struct env *env, struct sealing_dice *ret_dice)
{
    env_random(env, ret_dice->salt, sizeof ret_dice->salt);
    return p256_key_new(env, &ret_dice->key);
}

/* ---- keys (RFC 8291, 3.3 and 3.4) ---- */

/* HMAC fills a short key up with zeros by itself. */
static void extract(const unsigned char salt[16], str material, unsigned char ret_key[CRYPTO_SHA256_SIZE])
{
    unsigned char key[CRYPTO_KEY_SIZE] = {0};
    memcpy(key, salt, 16);
    crypto_hmac_sha256(key, material, ret_key);
}

static void expand(const unsigned char key[CRYPTO_SHA256_SIZE], str info, unsigned char ret_bytes[CRYPTO_SHA256_SIZE])
{
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, info);
    strbuf_add_char(&text, 1);
    crypto_hmac_sha256(key, strbuf_str(&text), ret_bytes);
    strbuf_fini(&text);
}

struct keys {
    unsigned char cek[CRYPTO_SHA256_SIZE], nonce[CRYPTO_SHA256_SIZE]; /* the first bytes of each */
};

static enum rc make_keys(const struct subscription *to, const struct sealing_dice *dice, struct keys *ret_keys)
{
    struct crypto_key shared;
    unsigned char key[CRYPTO_SHA256_SIZE], material[CRYPTO_SHA256_SIZE];
    unsigned char info[14 + 2 * P256_POINT_SIZE] = "WebPush: info";
    TRY(p256_agree(&dice->key, str_from(to->point, sizeof to->point), &shared));
    memcpy(info + 14, to->point, P256_POINT_SIZE);
    memcpy(info + 14 + P256_POINT_SIZE, dice->key.point, P256_POINT_SIZE);
    extract(to->auth, str_from(shared.bytes, sizeof shared.bytes), key);
    expand(key, str_from(info, sizeof info), material);
    extract(dice->salt, str_from(material, sizeof material), key);
    expand(key, str_from("Content-Encoding: aes128gcm", 28), ret_keys->cek);
    expand(key, str_from("Content-Encoding: nonce", 24), ret_keys->nonce);
    crypto_wipe(&shared, sizeof shared);
    crypto_wipe(key, sizeof key);
    crypto_wipe(material, sizeof material);
    return RC_OK;
}

/* ---- the record (RFC 8188, 2) ---- */

static bool encrypt(const struct keys *keys, str plain, unsigned char *ret_sealed)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len = 0, rest = 0;
    bool good = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, keys->cek, keys->nonce) == 1
                && EVP_EncryptUpdate(ctx, ret_sealed, &len, (const unsigned char *)plain.ptr, (int)plain.len) == 1
                && EVP_EncryptFinal_ex(ctx, ret_sealed + len, &rest) == 1
                && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, ret_sealed + plain.len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return good;
}

static void put_head(unsigned char *at, const struct sealing_dice *dice)
{
    static const unsigned char size[5] = {0, 0, SEALING_RECORD >> 8, SEALING_RECORD & 0xff, P256_POINT_SIZE};
    memcpy(at, dice->salt, SEALING_SALT_SIZE);
    memcpy(at + SEALING_SALT_SIZE, size, sizeof size);
    memcpy(at + SEALING_SALT_SIZE + sizeof size, dice->key.point, P256_POINT_SIZE);
}

enum rc sealing_make(struct arena *arena, const struct subscription *to, const struct sealing_dice *dice, str plain,
                     size_t padding, str *ret_body)
{
    struct keys keys;
    if (plain.len > SEALING_PLAIN_MAX || padding > SEALING_PLAIN_MAX - plain.len)
        return RC_TOO_LARGE;
    size_t len = plain.len + 1 + padding, total = SEALING_HEAD + len + TAG_SIZE;
    unsigned char *body = arena_alloc(arena, total), *record = arena_alloc(arena, len);
    put_head(body, dice);
    memcpy(record, plain.ptr, plain.len);
    record[plain.len] = 2; /* the last record */
    TRY(make_keys(to, dice, &keys));
    bool good = encrypt(&keys, str_from(record, len), body + SEALING_HEAD);
    crypto_wipe(&keys, sizeof keys);
    *ret_body = str_from(body, total);
    return good ? RC_OK : RC_CRYPTO;
}

enum rc sealing_seal(struct env *env, struct arena *arena, const struct subscription *to, str plain, str *ret_body)
{
    struct sealing_dice dice;
    size_t rounded = (plain.len + SEALING_STEP) / SEALING_STEP * SEALING_STEP;
    if (rounded > SEALING_PLAIN_MAX)
        rounded = SEALING_PLAIN_MAX;
    if (plain.len > rounded)
        return RC_TOO_LARGE;
    TRY(sealing_dice_new(env, &dice));
    enum rc rc = sealing_make(arena, to, &dice, plain, rounded - plain.len, ret_body);
    crypto_wipe(&dice, sizeof dice);
    return rc;
}
