/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/redaction.h"

/* A key, and the sets of rules from the first to the last that keep it. */
struct kept_key {
    str type, key;
    enum redaction_rules since, until;
    bool signed_only; /* of the object only `signed` */
};

/*
 * Keys in canonical order within each type. Types that are not here keep nothing. m.room.create keeps all of its
 * content since v11.
 */
static const struct kept_key kept_keys[] = {
    {STR_INIT("m.room.aliases"), STR_INIT("aliases"), REDACTION_V1, REDACTION_V1},
    {STR_INIT("m.room.create"), STR_INIT("creator"), REDACTION_V1, REDACTION_V9},
    {STR_INIT("m.room.history_visibility"), STR_INIT("history_visibility"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.join_rules"), STR_INIT("allow"), REDACTION_V8, REDACTION_NEWEST},
    {STR_INIT("m.room.join_rules"), STR_INIT("join_rule"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.member"), STR_INIT("join_authorised_via_users_server"), REDACTION_V9, REDACTION_NEWEST},
    {STR_INIT("m.room.member"), STR_INIT("membership"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.member"), STR_INIT("third_party_invite"), REDACTION_V11, REDACTION_NEWEST, true},
    {STR_INIT("m.room.power_levels"), STR_INIT("ban"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("events"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("events_default"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("invite"), REDACTION_V11, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("kick"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("redact"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("state_default"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("users"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.power_levels"), STR_INIT("users_default"), REDACTION_V1, REDACTION_NEWEST},
    {STR_INIT("m.room.redaction"), STR_INIT("redacts"), REDACTION_V11, REDACTION_NEWEST},
};

/* The member's value, or NULL where the key does not survive. */
static yyjson_val *kept_value(const struct room_version *version, const struct kept_key *kept, yyjson_val *content)
{
    if (version->redaction < kept->since || version->redaction > kept->until)
        return NULL;
    yyjson_val *value = yyjson_obj_getn(content, kept->key.ptr, kept->key.len);
    /* Nothing of a third_party_invite that is no object can be allowed. */
    return kept->signed_only && !yyjson_is_obj(value) ? NULL : value;
}

static enum rc add_kept(struct strbuf *buf, const struct kept_key *kept, yyjson_val *value, struct error *err)
{
    strbuf_add_json(buf, kept->key);
    strbuf_add_char(buf, ':');
    if (!kept->signed_only)
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
    if (version->redaction >= REDACTION_V11 && str_eq(type, S("m.room.create")))
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
