/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/user_keys.h"

#include "e2ee/signed_json.h"
#include "store/key_signatures.h"

struct signatures {
    str signer_id;
    struct key_signature *items;
    size_t count;
};

/* Adds to a text those that are of the item. */
static enum rc add_signatures(struct tx *tx, const struct signatures *signatures, str item, str *text_in_out)
{
    yyjson_mut_doc *doc = NULL;
    yyjson_mut_val *object = NULL;
    for (size_t i = 0; i < signatures->count; i++) {
        const struct key_signature *one = &signatures->items[i];
        yyjson_val *published;
        if (!str_eq(one->item, item))
            continue;
        if (!object) {
            TRY(json_parse_object(tx->arena, *text_in_out, false, &published, NULL));
            doc = json_new(tx->arena);
            object = yyjson_val_mut_copy(doc, published);
        }
        signed_json_add(doc, object, signatures->signer_id, one->key_id, one->signature);
    }
    if (object)
        *text_in_out = json_mut_text(tx->arena, object);
    return RC_OK;
}

static enum rc add_owners(struct tx *tx, uint64_t owner_nid, str owner_id, struct user_keys *keys)
{
    struct signatures own = {.signer_id = owner_id};
    struct cross_signing_key *master = &keys->cross.of[CROSS_SIGNING_MASTER];
    if (!master->text.len)
        return RC_OK; /* nothing but cross-signing makes such signatures */
    TRY(key_signatures_by(tx, owner_nid, owner_nid, &own.items, &own.count));
    TRY(add_signatures(tx, &own, master->public_key, &master->text));
    for (size_t i = 0; i < keys->device_count; i++)
        TRY(add_signatures(tx, &own, keys->devices[i].device_id, &keys->devices[i].text));
    return RC_OK;
}

static enum rc add_readers(struct tx *tx, uint64_t owner_nid, uint64_t reader_nid, str reader_id,
                           struct user_keys *keys)
{
    struct signatures theirs = {.signer_id = reader_id};
    struct cross_signing_key *master = &keys->cross.of[CROSS_SIGNING_MASTER];
    if (!master->text.len || reader_nid == owner_nid)
        return RC_OK;
    TRY(key_signatures_by(tx, reader_nid, owner_nid, &theirs.items, &theirs.count));
    return add_signatures(tx, &theirs, master->public_key, &master->text);
}

enum rc user_keys_load(struct tx *tx, uint64_t owner_nid, str owner_id, uint64_t reader_nid, str reader_id,
                       struct user_keys *ret_keys)
{
    TRY(device_keys_of_user(tx, owner_nid, &ret_keys->devices, &ret_keys->device_count));
    TRY(cross_signing_get(tx, owner_nid, &ret_keys->cross));
    if (reader_nid != owner_nid)
        ret_keys->cross.of[CROSS_SIGNING_USER] = (struct cross_signing_key){0};
    TRY(add_owners(tx, owner_nid, owner_id, ret_keys));
    return add_readers(tx, owner_nid, reader_nid, reader_id, ret_keys);
}
