/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signed JSON (spec appendix "Signing JSON"), as far as the signatures of clients' keys need it. Pure. */
#ifndef E2EE_SIGNED_JSON_H
#define E2EE_SIGNED_JSON_H

#include "json/json.h"

/* What a signature is over: the canonical form without `signatures` and `unsigned`, in the arena. RC_BAD_JSON: it has
 * none. */
enum rc signed_json_message(struct arena *arena, yyjson_val *object, str *ret_message, struct error *err) MUST_USE;
/* The canonical form without `unsigned`, of whose signatures only one person's are kept. */
enum rc signed_json_of_user(struct arena *arena, yyjson_val *object, str user_id, str *ret_text,
                            struct error *err) MUST_USE;
/* The object's signature by that person and key ("ed25519:…"); STR_NONE: there is none. */
str signed_json_signature(yyjson_val *object, str user_id, str key_id);
/* Puts one more signature into an object that is being built. Views. */
void signed_json_add(yyjson_mut_doc *doc, yyjson_mut_val *object, str user_id, str key_id, str signature);
/* Is the signature (base64) the Ed25519 one of the message by the public key (base64)? */
bool signature_is_good(struct arena *arena, str message, str signature, str public_key);

#endif
