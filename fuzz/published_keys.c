/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keys from any text: what is taken is canonical, of bounded size and, read again, the same. */
#include "e2ee/published_keys.h"
#include "e2ee/signed_json.h"

#include <stdlib.h>

#define ME S("@me:example.org")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool holds)
{
    if (!holds)
        abort();
}

static yyjson_val *parse(struct arena *arena, str text)
{
    yyjson_val *object;
    need(json_parse(arena, text, &object, NULL) == RC_OK);
    return object;
}

static void try_device_keys(struct arena *arena, yyjson_val *object)
{
    struct error err;
    str text, again;
    if (device_keys_read(arena, object, ME, S("DEVICE"), &text, &err) != RC_OK)
        return;
    need(text.len <= DEVICE_KEYS_MAX);
    need(device_keys_read(arena, parse(arena, text), ME, S("DEVICE"), &again, &err) == RC_OK && str_eq(text, again));
}

static void try_cross_signing_key(struct arena *arena, yyjson_val *object)
{
    struct error err;
    str public_key, text, again;
    if (cross_signing_key_read(arena, object, ME, S("master"), &public_key, &text, &err) != RC_OK)
        return;
    need(text.len <= DEVICE_KEYS_MAX && public_key.len == 43);
    need(cross_signing_key_read(arena, parse(arena, text), ME, S("master"), &public_key, &again, &err) == RC_OK
         && str_eq(text, again));
}

/* What a signature is over does not change with the signatures. */
static void try_signing(struct arena *arena, yyjson_val *object)
{
    yyjson_mut_doc *doc = json_new(arena);
    str before, after;
    if (!yyjson_is_obj(object) || signed_json_message(arena, object, &before, NULL) != RC_OK)
        return;
    yyjson_val *signatures = yyjson_obj_get(object, "signatures");
    if (signatures && (!yyjson_is_obj(signatures) || yyjson_obj_get(signatures, "@me:example.org")))
        return;
    yyjson_mut_val *more = yyjson_val_mut_copy(doc, object);
    signed_json_add(doc, more, ME, S("ed25519:K"), S("abc"));
    yyjson_val *read = parse(arena, json_mut_text(arena, more));
    need(signed_json_message(arena, read, &after, NULL) == RC_OK && str_eq(before, after));
    need(str_eq(signed_json_signature(read, ME, S("ed25519:K")), S("abc")));
    need(!signature_is_good(arena, before, S("abc"), S("abc")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct error err;
    yyjson_val *value;
    str algorithm, id, text = str_from(data, size);
    if (key_name_split(text, &algorithm, &id) == RC_OK)
        need(algorithm.len + 1 + id.len == size && algorithm.len <= KEY_ALGORITHM_MAX);
    if (json_parse(&arena, text, &value, NULL) == RC_OK) {
        try_device_keys(&arena, value);
        try_cross_signing_key(&arena, value);
        try_signing(&arena, value);
        if (one_time_key_read(&arena, value, &text, &err) == RC_OK)
            need(text.len <= ONE_TIME_KEY_MAX);
    }
    arena_fini(&arena);
    return 0;
}
