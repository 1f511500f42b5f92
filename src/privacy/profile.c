/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/profile.h"

#include "privacy/personal.h"
#include "store/gate.h"

enum rc profile_release(struct tx *tx, const struct user *user, enum purpose purpose, struct profile *ret_profile)
{
    TRY(gate_release(tx, user->nid, FIELD_DISPLAY_NAME, purpose, user->display_name, &ret_profile->display_name));
    return gate_release(tx, user->nid, FIELD_AVATAR_URL, purpose, user->avatar_url, &ret_profile->avatar_url);
}

static enum rc fields_release(struct tx *tx, uint64_t user_nid, enum purpose purpose, yyjson_mut_doc *doc,
                              yyjson_mut_val **ret_object)
{
    yyjson_val *fields;
    str text;
    enum rc rc = personal_get(tx, user_nid, FIELD_PROFILE_FIELDS, 0, purpose, &text);
    if (rc == RC_NOT_FOUND) {
        *ret_object = yyjson_mut_obj(doc);
        return RC_OK;
    }
    TRY(rc);
    TRY(json_parse_object(tx->arena, text, false, &fields, NULL));
    *ret_object = yyjson_val_mut_copy(doc, fields);
    return RC_OK;
}

enum rc profile_release_whole(struct tx *tx, const struct user *user, enum purpose purpose, yyjson_mut_doc *doc,
                              yyjson_mut_val **ret_object)
{
    struct profile profile;
    yyjson_mut_val *object;
    TRY(profile_release(tx, user, purpose, &profile));
    TRY(fields_release(tx, user->nid, purpose, doc, &object));
    if (profile.display_name.len)
        json_set_str(doc, object, "displayname", profile.display_name);
    if (profile.avatar_url.len)
        json_set_str(doc, object, "avatar_url", profile.avatar_url);
    *ret_object = object;
    return RC_OK;
}

static enum rc canonical(struct tx *tx, yyjson_mut_val *object, str *ret_text, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum rc rc = json_mut_canonical(&text, object, err);
    if (rc == RC_OK)
        *ret_text = strbuf_to_arena(&text, tx->arena);
    strbuf_fini(&text);
    return rc;
}

enum rc profile_check_size(struct tx *tx, yyjson_mut_val *whole, struct error *err)
{
    str text;
    TRY(canonical(tx, whole, &text, err));
    return text.len < PROFILE_BYTES_END ? RC_OK : RC_TOO_LARGE;
}

enum rc profile_set_fields(struct tx *tx, uint64_t user_nid, yyjson_mut_val *whole)
{
    str text;
    yyjson_mut_obj_remove_key(whole, "displayname");
    yyjson_mut_obj_remove_key(whole, "avatar_url");
    if (!yyjson_mut_obj_size(whole))
        return personal_remove(tx, user_nid, FIELD_PROFILE_FIELDS, 0);
    TRY(canonical(tx, whole, &text, NULL));
    return personal_set(tx, user_nid, FIELD_PROFILE_FIELDS, 0, text);
}
