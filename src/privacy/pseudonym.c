/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/pseudonym.h"

#include "store/dataset_keys.h"

enum { TAG = 16, NUMBER = 8, BYTES = TAG + NUMBER };

static void key_split(struct crypto_key *dataset, struct pseudonym_key *ret_key)
{
    crypto_key_derive(dataset, "pseudonym:tag", &ret_key->tag);
    crypto_key_derive(dataset, "pseudonym:hide", &ret_key->hide);
    crypto_wipe(dataset, sizeof *dataset);
}

enum rc pseudonym_begin(struct tx *tx, enum purpose purpose, str dataset, struct pseudonym_key *ret_key)
{
    struct crypto_key key;
    TRY(dataset_key_ensure(tx, purpose_name(purpose), dataset, &key));
    key_split(&key, ret_key);
    return RC_OK;
}

enum rc pseudonym_open(struct tx *tx, enum purpose purpose, str dataset, struct pseudonym_key *ret_key)
{
    struct crypto_key key;
    TRY(dataset_key_get(tx, purpose_name(purpose), dataset, &key));
    key_split(&key, ret_key);
    return RC_OK;
}

void pseudonym_end(struct pseudonym_key *key)
{
    crypto_wipe(key, sizeof *key);
}

enum rc pseudonym_destroy(struct tx *tx, enum purpose purpose, str dataset)
{
    return dataset_key_destroy(tx, purpose_name(purpose), dataset);
}

static void tag_of(const struct pseudonym_key *key, const unsigned char number[NUMBER], unsigned char ret_tag[TAG])
{
    unsigned char mac[CRYPTO_SHA256_SIZE];
    crypto_hmac_sha256(key->tag.bytes, str_from(number, NUMBER), mac);
    memcpy(ret_tag, mac, TAG);
}

/* Its own inverse. */
static void hide(const struct pseudonym_key *key, const unsigned char tag[TAG], unsigned char number[NUMBER])
{
    unsigned char mac[CRYPTO_SHA256_SIZE];
    crypto_hmac_sha256(key->hide.bytes, str_from(tag, TAG), mac);
    for (size_t i = 0; i < NUMBER; i++)
        number[i] ^= mac[i];
    crypto_wipe(mac, sizeof mac);
}

str pseudonym_of(struct arena *arena, const struct pseudonym_key *key, uint64_t subject)
{
    unsigned char bytes[BYTES];
    for (int i = 0; i < NUMBER; i++)
        bytes[TAG + i] = (unsigned char)(subject >> (56 - 8 * i));
    tag_of(key, bytes + TAG, bytes);
    hide(key, bytes, bytes + TAG);
    return crypto_base64(arena, str_from(bytes, BYTES), true);
}

enum rc pseudonym_relink(const struct pseudonym_key *key, str pseudonym, uint64_t *ret_subject)
{
    struct arena arena = ARENA_INIT;
    unsigned char tag[TAG], number[NUMBER], expected[TAG];
    str bytes;
    bool whole = pseudonym.len == PSEUDONYM_LEN && crypto_base64_decode(&arena, pseudonym, &bytes) == RC_OK
                 && bytes.len == BYTES;
    if (whole) {
        memcpy(tag, bytes.ptr, TAG);
        memcpy(number, bytes.ptr + TAG, NUMBER);
    }
    arena_fini(&arena);
    if (!whole)
        return RC_INVALID;
    hide(key, tag, number);
    tag_of(key, number, expected);
    if (!crypto_equal(str_from(tag, TAG), str_from(expected, TAG)))
        return RC_INVALID;
    *ret_subject = 0;
    for (int i = 0; i < NUMBER; i++)
        *ret_subject = *ret_subject << 8 | number[i];
    return RC_OK;
}
