/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/seal.h"

#include "catalogue/personal_private.h"
#include "store/data_keys.h"

_Static_assert((int)SEAL_OVERHEAD == (int)CRYPTO_SEAL_OVERHEAD, "the header promises the size");

/* Subject 0 is the server itself. */
static enum rc key_of(struct tx *tx, uint64_t subject, const struct crypto_key **ret_key,
                      const struct data_key **ret_held)
{
    *ret_held = NULL;
    if (subject == 0) {
        *ret_key = &tx->store->server_key;
        return RC_OK;
    }
    TRY(data_key_get(tx, subject, ret_held));
    *ret_key = &(*ret_held)->key;
    return RC_OK;
}

enum rc seal_for(struct tx *tx, uint64_t subject_nid, str context, str plain, str *ret_sealed)
{
    const struct crypto_key *key;
    const struct data_key *held;
    TRY(key_of(tx, subject_nid, &key, &held));
    unsigned char *sealed = arena_alloc_raw(tx->arena, plain.len + SEAL_OVERHEAD);
    crypto_seal_to(tx->env, key, context, plain, sealed);
    data_key_unref(&held);
    *ret_sealed = str_from(sealed, plain.len + SEAL_OVERHEAD);
    return RC_OK;
}

enum rc seal_open(struct tx *tx, uint64_t subject_nid, str context, str sealed, const struct personal **ret_value)
{
    struct personal *value = arena_new(tx->arena, struct personal);
    const struct crypto_key *key;
    const struct data_key *held;
    TRY(key_of(tx, subject_nid, &key, &held));
    enum rc rc = crypto_open(tx->arena, key, context, sealed, &value->value);
    data_key_unref(&held);
    *ret_value = value;
    return rc;
}

str seal_blind(struct tx *tx, const char *use, str value)
{
    unsigned char *blind = arena_alloc_raw(tx->arena, CRYPTO_BLIND_SIZE);
    crypto_blind(&tx->store->blind_key, use, value, blind);
    return str_from(blind, CRYPTO_BLIND_SIZE);
}

enum rc seal_blind_of(struct tx *tx, uint64_t subject_nid, const char *use, str value, str *ret_blind)
{
    const struct crypto_key *key;
    const struct data_key *held;
    struct crypto_key derived;
    TRY(key_of(tx, subject_nid, &key, &held));
    unsigned char *blind = arena_alloc_raw(tx->arena, CRYPTO_BLIND_SIZE);
    crypto_key_derive(key, "blind", &derived);
    crypto_blind(&derived, use, value, blind);
    crypto_wipe(&derived, sizeof derived);
    data_key_unref(&held);
    *ret_blind = str_from(blind, CRYPTO_BLIND_SIZE);
    return RC_OK;
}
