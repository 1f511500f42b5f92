/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/redaction.h"

/* In which versions a key survives. */
enum since { ALWAYS, ONLY_BEFORE_V11, SINCE_V11, SINCE_V11_SIGNED_ONLY };

struct kept_key {
    str type, key;
    enum since since;
};

/*
 * Keys in canonical order within each type. Types that are not here keep nothing. m.room.create keeps all of its
 * content since v11. (m.room.aliases has kept nothing since v6.)
 */
static const struct kept_key kept_keys[] = {
    {STR_INIT("m.room.create"), STR_INIT("creator"), ONLY_BEFORE_V11},
    {STR_INIT("m.room.history_visibility"), STR_INIT("history_visibility"), ALWAYS},
    {STR_INIT("m.room.join_rules"), STR_INIT("allow"), ALWAYS},
    {STR_INIT("m.room.join_rules"), STR_INIT("join_rule"), ALWAYS},
    {STR_INIT("m.room.member"), STR_INIT("join_authorised_via_users_server"), ALWAYS},
    {STR_INIT("m.room.member"), STR_INIT("membership"), ALWAYS},
    {STR_INIT("m.room.member"), STR_INIT("third_party_invite"), SINCE_V11_SIGNED_ONLY},
    {STR_INIT("m.room.power_levels"), STR_INIT("ban"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("events"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("events_default"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("invite"), SINCE_V11},
    {STR_INIT("m.room.power_levels"), STR_INIT("kick"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("redact"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("state_default"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("users"), ALWAYS},
    {STR_INIT("m.room.power_levels"), STR_INIT("users_default"), ALWAYS},
    {STR_INIT("m.room.redaction"), STR_INIT("redacts"), SINCE_V11},
};

/* The member's value, or NULL where the key does not survive. */
static yyjson_val *kept_value(const struct room_version *version, const struct kept_key *kept, yyjson_val *content)
{
    bool v11 = version->updated_redaction_rules;
    if (kept->since == ONLY_BEFORE_V11 ? v11 : kept->since != ALWAYS && !v11)
        return NULL;
    yyjson_val *value = yyjson_obj_getn(content, kept->key.ptr, kept->key.len);
    /* Nothing of a third_party_invite that is no object can be allowed. */
    return kept->since == SINCE_V11_SIGNED_ONLY && !yyjson_is_obj(value) ? NULL : value;
}

static enum rc add_kept(struct strbuf *buf, const struct kept_key *kept, yyjson_val *value, struct error *err)
{
    strbuf_add_json(buf, kept->key);
    strbuf_add_char(buf, ':');
    if (kept->since != SINCE_V11_SIGNED_ONLY)
        return json_canonical(buf, value, err);
    strbuf_add_char(buf, '{');
    yyjson_val *signed_part = yyjson_obj_get(value, "signed");
    if (signed_part) {
        strbuf_add(buf, S("\"signed\":"));
        TRY(json_canonical(buf, signed_part, err));
    }
    strbuf_add_char(buf, '}');
    return RC_OK;
}

enum rc redaction_add_content(const struct room_version *version, str type, yyjson_val *content, struct strbuf *buf,
                              struct error *err)
{
    if (version->updated_redaction_rules && str_eq(type, S("m.room.create")))
        return json_canonical(buf, content, err);
    strbuf_add_char(buf, '{');
    bool first = true;
    for (size_t i = 0; i < sizeof kept_keys / sizeof kept_keys[0]; i++) {
        if (!str_eq(kept_keys[i].type, type))
            continue;
        yyjson_val *value = kept_value(version, &kept_keys[i], content);
        if (!value)
            continue;
        if (!first)
            strbuf_add_char(buf, ',');
        first = false;
        TRY(add_kept(buf, &kept_keys[i], value, err));
    }
    strbuf_add_char(buf, '}');
    return RC_OK;
}
