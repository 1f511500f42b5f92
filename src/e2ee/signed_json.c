/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "e2ee/signed_json.h"

#include "crypto/crypto.h"

static enum rc canonical_text(struct arena *arena, yyjson_mut_val *value, str *ret_text, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum rc rc = json_mut_canonical(&text, value, err);
    *ret_text = strbuf_to_arena(&text, arena);
    strbuf_fini(&text);
    return rc;
}

/* A copy to take members out of. */
static yyjson_mut_val *copy_without_unsigned(struct arena *arena, yyjson_val *object, yyjson_mut_doc **ret_doc)
{
    *ret_doc = json_new(arena);
    yyjson_mut_val *copy = yyjson_val_mut_copy(*ret_doc, object);
    yyjson_mut_obj_remove_key(copy, "unsigned");
    return copy;
}

enum rc signed_json_message(struct arena *arena, yyjson_val *object, str *ret_message, struct error *err)
{
    yyjson_mut_doc *doc;
    yyjson_mut_val *copy = copy_without_unsigned(arena, object, &doc);
    yyjson_mut_obj_remove_key(copy, "signatures");
    return canonical_text(arena, copy, ret_message, err);
}

enum rc signed_json_of_user(struct arena *arena, yyjson_val *object, str user_id, str *ret_text, struct error *err)
{
    yyjson_mut_doc *doc;
    yyjson_mut_val *copy = copy_without_unsigned(arena, object, &doc), *kept = yyjson_mut_obj(doc);
    yyjson_val *theirs = yyjson_obj_getn(yyjson_obj_get(object, "signatures"), user_id.ptr, user_id.len);
    yyjson_mut_obj_remove_key(copy, "signatures");
    if (theirs)
        yyjson_mut_obj_add(kept, json_mut_str(doc, user_id), yyjson_val_mut_copy(doc, theirs));
    json_set(doc, copy, "signatures", kept);
    return canonical_text(arena, copy, ret_text, err);
}

str signed_json_signature(yyjson_val *object, str user_id, str key_id)
{
    yyjson_val *theirs = yyjson_obj_getn(yyjson_obj_get(object, "signatures"), user_id.ptr, user_id.len);
    return json_str_of(yyjson_obj_getn(theirs, key_id.ptr, key_id.len));
}

/* The member of that name, made if there is none. */
static yyjson_mut_val *member(yyjson_mut_doc *doc, yyjson_mut_val *object, str name)
{
    yyjson_mut_val *value = yyjson_mut_obj_getn(object, name.ptr, name.len);
    if (!value) {
        value = yyjson_mut_obj(doc);
        yyjson_mut_obj_add(object, json_mut_str(doc, name), value);
    }
    return value;
}

void signed_json_add(yyjson_mut_doc *doc, yyjson_mut_val *object, str user_id, str key_id, str signature)
{
    yyjson_mut_val *by_key = member(doc, member(doc, object, S("signatures")), user_id);
    yyjson_mut_obj_put(by_key, json_mut_str(doc, key_id), json_mut_str(doc, signature));
}

bool signature_is_good(struct arena *arena, str message, str signature, str public_key)
{
    str signature_bytes, key_bytes;
    return crypto_base64_decode(arena, signature, &signature_bytes) == RC_OK
           && crypto_base64_decode(arena, public_key, &key_bytes) == RC_OK
           && signature_bytes.len == CRYPTO_SIGNATURE_SIZE && key_bytes.len == CRYPTO_KEY_SIZE
           && crypto_verify((const unsigned char *)key_bytes.ptr, message, (const unsigned char *)signature_bytes.ptr)
                  == RC_OK;
}
