/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rule 5.4.1: an invitation to an address, taken up by the user whom an identity server found behind it. */
#include "crypto/crypto.h"
#include "room/auth_private.h"

/* Spec, appendices, "Checking for a Signature": without `signatures` and `unsigned`, in canonical form. */
static enum rc signed_bytes(const struct auth_case *c, yyjson_val *signed_part, str *ret_bytes)
{
    yyjson_mut_doc *doc = json_new(c->arena);
    yyjson_mut_val *copy = yyjson_val_mut_copy(doc, signed_part);
    yyjson_mut_obj_remove_key(copy, "signatures");
    yyjson_mut_obj_remove_key(copy, "unsigned");
    struct strbuf buf = STRBUF_INIT;
    enum rc rc = json_mut_canonical(&buf, copy, c->err);
    *ret_bytes = strbuf_to_arena(&buf, c->arena);
    strbuf_fini(&buf);
    return rc;
}

static bool verifies(const struct auth_case *c, yyjson_val *public_key, str bytes, str signature)
{
    str key;
    if (!yyjson_is_str(public_key) || crypto_base64_decode(c->arena, json_str_of(public_key), &key) != RC_OK)
        return false;
    return key.len == 32
           && crypto_verify((const unsigned char *)key.ptr, bytes, (const unsigned char *)signature.ptr) == RC_OK;
}

/* One signature against each key of the m.room.third_party_invite (5.4.1.7). */
static bool any_key_verifies(const struct auth_case *c, yyjson_val *keys, str bytes, yyjson_val *text)
{
    str signature;
    if (!yyjson_is_str(text) || crypto_base64_decode(c->arena, json_str_of(text), &signature) != RC_OK
        || signature.len != CRYPTO_SIGNATURE_SIZE)
        return false;
    if (verifies(c, yyjson_obj_get(keys, "public_key"), bytes, signature))
        return true;
    yyjson_arr_iter iter = yyjson_arr_iter_with(yyjson_obj_get(keys, "public_keys"));
    for (yyjson_val *key; (key = yyjson_arr_iter_next(&iter));)
        if (verifies(c, yyjson_obj_get(key, "public_key"), bytes, signature))
            return true;
    return false;
}

static bool any_signature_verifies(const struct auth_case *c, yyjson_val *keys, str bytes, yyjson_val *signatures)
{
    yyjson_obj_iter servers = yyjson_obj_iter_with(signatures);
    for (yyjson_val *server; (server = yyjson_obj_iter_next(&servers));) {
        yyjson_obj_iter iter = yyjson_obj_iter_with(yyjson_obj_iter_get_val(server));
        for (yyjson_val *key_id; (key_id = yyjson_obj_iter_next(&iter));)
            if (str_starts(json_str_of(key_id), S("ed25519:"))
                && any_key_verifies(c, keys, bytes, yyjson_obj_iter_get_val(key_id)))
                return true;
    }
    return false;
}

enum rc auth_check_third_party_invite(const struct auth_case *c, yyjson_val *invite)
{
    const struct event *event = c->event;
    if (room_state_membership(c->state, event->state_key) == MEMBERSHIP_BAN) /* 5.4.1.1 */
        return auth_refuse(c, "the invited user is banned from the room");
    yyjson_val *signed_part = yyjson_obj_get(invite, "signed");
    if (!yyjson_is_obj(signed_part)) /* 5.4.1.2 */
        return auth_refuse(c, "third_party_invite lacks `signed`");
    str mxid = json_str_of(yyjson_obj_get(signed_part, "mxid")),
        token = json_str_of(yyjson_obj_get(signed_part, "token"));
    if (!mxid.ptr || !token.ptr) /* 5.4.1.3 */
        return auth_refuse(c, "third_party_invite lacks mxid or token");
    if (!str_eq(mxid, event->state_key)) /* 5.4.1.4 */
        return auth_refuse(c, "third_party_invite is for another user");
    const struct event *offer = room_state_get(c->state, S("m.room.third_party_invite"), token);
    if (!offer) /* 5.4.1.5 */
        return auth_refuse(c, "there is no such third party invite in the room");
    if (!str_eq(offer->sender, event->sender)) /* 5.4.1.6 */
        return auth_refuse(c, "the third party invite is from somebody else");
    yyjson_val *keys;
    str bytes;
    TRY(event_content(offer, c->arena, &keys));
    TRY(signed_bytes(c, signed_part, &bytes));
    if (any_signature_verifies(c, keys, bytes, yyjson_obj_get(signed_part, "signatures"))) /* 5.4.1.7 */
        return RC_OK;
    return auth_refuse(c, "no signature of the third party invite is valid"); /* 5.4.1.8 */
}
