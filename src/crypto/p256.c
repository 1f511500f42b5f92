/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/p256.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

/* ---- keys ---- */

static bool secret_is_fit(const EC_GROUP *group, const BIGNUM *secret)
{
    return !BN_is_zero(secret) && BN_cmp(secret, EC_GROUP_get0_order(group)) < 0;
}

static bool compute_point(const EC_GROUP *group, const BIGNUM *secret, unsigned char ret_point[P256_POINT_SIZE])
{
    EC_POINT *point = EC_POINT_new(group);
    bool good = point && secret_is_fit(group, secret) && EC_POINT_mul(group, point, secret, NULL, NULL, NULL)
                && EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, ret_point, P256_POINT_SIZE, NULL)
                       == P256_POINT_SIZE;
    EC_POINT_free(point);
    return good;
}

enum rc p256_key_from(const struct crypto_key *secret, struct p256_key *ret_key)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    BIGNUM *number = BN_secure_new();
    bool good = group && number && BN_bin2bn(secret->bytes, sizeof secret->bytes, number)
                && compute_point(group, number, ret_key->point);
    if (good)
        memcpy(ret_key->secret, secret->bytes, sizeof secret->bytes);
    BN_clear_free(number);
    EC_GROUP_free(group);
    return good ? RC_OK : RC_CRYPTO;
}

enum rc p256_key_new(struct env *env, struct p256_key *ret_key)
{
    enum rc rc = RC_CRYPTO;
    struct crypto_key secret;
    for (int i = 0; i < 4 && rc != RC_OK; i++) {
        crypto_key_new(env, &secret);
        rc = p256_key_from(&secret, ret_key);
    }
    crypto_wipe(&secret, sizeof secret);
    return rc;
}

bool p256_is_point(str bytes)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    bool good = point && bytes.len == P256_POINT_SIZE && bytes.ptr[0] == POINT_CONVERSION_UNCOMPRESSED
                && EC_POINT_oct2point(group, point, (const unsigned char *)bytes.ptr, bytes.len, NULL) == 1;
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return good;
}

/* ---- as OpenSSL wants them ---- */

static EVP_PKEY *key_of(const OSSL_PARAM *params, int selection)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &key, selection, (OSSL_PARAM *)params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* NULL: no. secret may be NULL. */
static EVP_PKEY *load(str point, const unsigned char *secret)
{
    BIGNUM *number = secret ? BN_secure_new() : NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY *key = NULL;
    bool good = build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
                && OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len);
    if (good && secret)
        good = number && BN_bin2bn(secret, CRYPTO_KEY_SIZE, number)
               && OSSL_PARAM_BLD_push_BN_pad(build, OSSL_PKEY_PARAM_PRIV_KEY, number, CRYPTO_KEY_SIZE);
    if (good && (params = OSSL_PARAM_BLD_to_param(build)))
        key = key_of(params, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    BN_clear_free(number);
    return key;
}

static EVP_PKEY *load_pair(const struct p256_key *key)
{
    return load(str_from(key->point, sizeof key->point), key->secret);
}

/* ---- use ---- */

enum rc p256_agree(const struct p256_key *key, str point, struct crypto_key *ret_shared)
{
    if (!p256_is_point(point))
        return RC_CRYPTO;
    EVP_PKEY *own = load_pair(key), *peer = load(point, NULL);
    EVP_PKEY_CTX *ctx = own ? EVP_PKEY_CTX_new(own, NULL) : NULL;
    size_t len = sizeof ret_shared->bytes;
    bool good = ctx && peer && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, peer) == 1
                && EVP_PKEY_derive(ctx, ret_shared->bytes, &len) == 1 && len == sizeof ret_shared->bytes;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(own);
    EVP_PKEY_free(peer);
    return good ? RC_OK : RC_CRYPTO;
}

static bool take_apart(const unsigned char *der, size_t len, unsigned char ret_signature[P256_SIGNATURE_SIZE])
{
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool good = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), ret_signature, 32) == 32
                && BN_bn2binpad(ECDSA_SIG_get0_s(signature), ret_signature + 32, 32) == 32;
    ECDSA_SIG_free(signature);
    return good;
}

enum rc p256_sign(const struct p256_key *key, str message, unsigned char ret_signature[P256_SIGNATURE_SIZE])
{
    unsigned char der[80];
    size_t len = sizeof der;
    EVP_PKEY *own = load_pair(key);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = own && ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, own) == 1
                && EVP_DigestSign(ctx, der, &len, (const unsigned char *)message.ptr, message.len) == 1
                && take_apart(der, len, ret_signature);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(own);
    return good ? RC_OK : RC_CRYPTO;
}
