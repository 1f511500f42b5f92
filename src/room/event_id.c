/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/event_id.h"

#include "crypto/crypto.h"

enum { HASH_TEXT = 43 }; /* of 32 bytes in base64 without padding */

str event_id_of_hash(const struct room_version *version, str hash, str server, struct arena *arena)
{
    str text = crypto_base64(arena, hash, version->event_ids != EVENT_ID_BASE64);
    str id = arena_concat(arena, S("$"), text, STR_NONE);
    return version->event_ids == EVENT_ID_OF_SERVER ? arena_concat(arena, id, S(":"), server) : id;
}

enum rc event_id_any_hash(str event_id, struct arena *arena, str *ret_hash)
{
    str text = str_head(str_skip(event_id, 1), HASH_TEXT);
    if (!str_starts(event_id, S("$")) || text.len != HASH_TEXT)
        return RC_NOT_FOUND;
    enum rc rc = crypto_base64_decode(arena, text, ret_hash);
    return rc == RC_OK && ret_hash->len == CRYPTO_SHA256_SIZE ? RC_OK : RC_NOT_FOUND;
}

/* Decoding takes either alphabet, and bits that no hash has: an id is one only if it is written the one way. */
enum rc event_id_to_hash(const struct room_version *version, str event_id, str server, struct arena *arena,
                         str *ret_hash)
{
    str hash;
    TRY(event_id_any_hash(event_id, arena, &hash));
    if (!str_eq(event_id, event_id_of_hash(version, hash, server, arena)))
        return RC_NOT_FOUND;
    *ret_hash = hash;
    return RC_OK;
}
