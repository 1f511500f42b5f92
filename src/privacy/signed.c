/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/signed.h"

#include "store/seal.h"

enum { KEY_ID_BYTES = 8, PUBLIC_KEY_SIZE = 32 };

static const char *const uses[SIGNING_USE_COUNT] = {
    [SIGNING_RECEIPT] = "receipt", [SIGNING_CERTIFICATE] = "certificate", [SIGNING_LOG] = "log",
    [SIGNING_POLICY] = "policy",   [SIGNING_INVITE] = "invite",
};
static const char *const derivations[SIGNING_USE_COUNT] = {
    [SIGNING_RECEIPT] = "sign receipt", [SIGNING_CERTIFICATE] = "sign certificate", [SIGNING_LOG] = "sign log",
    [SIGNING_POLICY] = "sign policy",   [SIGNING_INVITE] = "sign invite",
};

const char *signing_use_name(enum signing_use use)
{
    return uses[use];
}

void signing_signer_of(const struct crypto_key *master, enum signing_use use, struct crypto_signer *ret_signer)
{
    struct crypto_key seed;
    crypto_key_derive(master, derivations[use], &seed);
    crypto_signer_from_seed(&seed, ret_signer);
    crypto_wipe(&seed, sizeof seed);
}

void signing_signer(const struct store *store, enum signing_use use, struct crypto_signer *ret_signer)
{
    signing_signer_of(store_secret(store), use, ret_signer);
}

str signing_key_id(struct arena *arena, const unsigned char public_key[32])
{
    unsigned char digest[CRYPTO_SHA256_SIZE];
    crypto_sha256(str_from(public_key, PUBLIC_KEY_SIZE), digest);
    return crypto_hex(arena, str_from(digest, KEY_ID_BYTES));
}

/* "receipt:0123456789abcdef": what "key" of a signature says. */
static str key_name(struct arena *arena, enum signing_use use, const unsigned char public_key[32])
{
    str id = signing_key_id(arena, public_key);
    return arena_printf(arena, "%s:%.*s", uses[use], STR_ARG(id));
}

str signed_pseudonym(struct tx *tx, uint64_t subject)
{
    str name = arena_printf(tx->arena, "%llu", (unsigned long long)subject);
    return crypto_hex(tx->arena, seal_blind(tx, "receipt subject", name));
}

/* ---- signing ---- */

static enum rc canonical_text(struct arena *arena, yyjson_mut_val *root, str *ret_text)
{
    struct strbuf buf = STRBUF_INIT;
    enum rc rc = json_mut_canonical(&buf, root, NULL);
    if (rc == RC_OK)
        *ret_text = arena_dup(arena, strbuf_str(&buf));
    strbuf_fini(&buf);
    return rc;
}

enum rc signed_document(const struct store *store, enum signing_use use, struct arena *arena, yyjson_mut_doc *doc,
                        str *ret_text)
{
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc), *signature = yyjson_mut_obj(doc);
    str message;
    TRY(canonical_text(arena, root, &message));
    struct crypto_signer signer;
    unsigned char value[CRYPTO_SIGNATURE_SIZE];
    signing_signer(store, use, &signer);
    crypto_signer_sign(&signer, message, value);
    json_set_str(doc, signature, "algorithm", S("Ed25519"));
    json_set_str(doc, signature, "key", key_name(arena, use, signer.public_key));
    json_set_str(doc, signature, "public_key",
                 crypto_base64(arena, str_from(signer.public_key, sizeof signer.public_key), false));
    json_set_str(doc, signature, "value", crypto_base64(arena, str_from(value, sizeof value), false));
    json_set(doc, root, "signature", signature);
    crypto_wipe(&signer, sizeof signer);
    return canonical_text(arena, root, ret_text);
}

/* ---- checking ---- */

struct claim {
    str key;
    str public_key, value; /* bytes */
};

static enum rc bytes_member(struct arena *arena, yyjson_val *object, const char *key, size_t size, str *ret_bytes,
                            struct error *err)
{
    str text;
    TRY(json_need_str(object, key, &text, err));
    if (crypto_base64_decode(arena, text, ret_bytes) != RC_OK || ret_bytes->len != size)
        return error_set(err, RC_INVALID, "signature.%s is not %zu bytes in base64", key, size);
    return RC_OK;
}

static enum rc claim_read(struct arena *arena, yyjson_val *root, struct claim *ret_claim, struct error *err)
{
    yyjson_val *signature;
    str algorithm;
    TRY(json_need_object(root, "signature", &signature, err));
    TRY(json_need_str(signature, "algorithm", &algorithm, err));
    if (!str_eq(algorithm, S("Ed25519")))
        return error_set(err, RC_INVALID, "it is not signed with Ed25519");
    TRY(json_need_str(signature, "key", &ret_claim->key, err));
    TRY(bytes_member(arena, signature, "public_key", PUBLIC_KEY_SIZE, &ret_claim->public_key, err));
    return bytes_member(arena, signature, "value", CRYPTO_SIGNATURE_SIZE, &ret_claim->value, err);
}

/* What was signed: everything but the signature. */
static enum rc message_of(struct arena *arena, yyjson_val *root, str *ret_message)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *copy = yyjson_val_mut_copy(doc, root);
    yyjson_mut_obj_remove_key(copy, "signature");
    return canonical_text(arena, copy, ret_message);
}

static enum rc check(struct arena *arena, const struct claim *claim, str message, enum signing_use use,
                     const unsigned char *expected, struct error *err)
{
    const unsigned char *named = (const unsigned char *)claim->public_key.ptr;
    if (expected && memcmp(expected, named, PUBLIC_KEY_SIZE) != 0)
        return error_set(err, RC_CRYPTO, "it is signed with another key than the one expected");
    if (!str_eq(claim->key, key_name(arena, use, named)))
        return error_set(err, RC_CRYPTO, "its key is not one for a %s", uses[use]);
    if (crypto_verify(named, message, (const unsigned char *)claim->value.ptr) != RC_OK)
        return error_set(err, RC_CRYPTO, "the signature does not belong to this text");
    return RC_OK;
}

enum rc signed_verify(struct arena *arena, str text, enum signing_use use, const unsigned char *public_key,
                      struct error *err)
{
    yyjson_val *root;
    struct claim claim;
    str message;
    struct error why = {0};
    if (json_parse_object(arena, text, false, &root, &why) != RC_OK || claim_read(arena, root, &claim, &why) != RC_OK)
        return error_set(err, RC_INVALID, "not a signed document: %s", why.text);
    if (message_of(arena, root, &message) != RC_OK)
        return error_set(err, RC_INVALID, "not a signed document: it has no canonical form");
    return check(arena, &claim, message, use, public_key, err);
}
