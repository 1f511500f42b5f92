/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The server-default rules of v1.19 (spec: push module, "Predefined Rules"), in the order given there. The rules that
 * looked for names in the body of messages are gone since v1.17: m.mentions says who is meant.
 */
#include "push/rules_private.h"

#define RULE(id, conditions, actions)                                                                                  \
    "{\"rule_id\":\"" id "\",\"default\":true,\"enabled\":true,\"conditions\":[" conditions "],\"actions\":[" actions  \
    "]}"
#define MATCH(key, pattern) "{\"kind\":\"event_match\",\"key\":\"" key "\",\"pattern\":\"" pattern "\"}"
#define PROPERTY_IS(key, value) "{\"kind\":\"event_property_is\",\"key\":\"" key "\",\"value\":" value "}"
#define PROPERTY_CONTAINS(key, value)                                                                                  \
    "{\"kind\":\"event_property_contains\",\"key\":\"" key "\",\"value\":\"" value "\"}"
#define TWO_MEMBERS "{\"kind\":\"room_member_count\",\"is\":\"2\"}"
#define MAY_NOTIFY_ROOM "{\"kind\":\"sender_notification_permission\",\"key\":\"room\"}"
#define NOTIFY "\"notify\""
#define SOUND(name) "{\"set_tweak\":\"sound\",\"value\":\"" name "\"}"
#define HIGHLIGHT "{\"set_tweak\":\"highlight\"}"
#define SILENT ""

/* clang-format off */
const char push_default_rules[] =
    "{\"override\":["
    "{\"rule_id\":\"" PUSH_MASTER_RULE "\",\"default\":true,\"enabled\":false,\"conditions\":[],\"actions\":[]},"
    RULE(".m.rule.suppress_notices", MATCH("content.msgtype", "m.notice"), SILENT) ","
    RULE(".m.rule.invite_for_me",
         MATCH("type", "m.room.member") "," MATCH("content.membership", "invite") "," MATCH("state_key", PUSH_USER_ID),
         NOTIFY "," SOUND("default")) ","
    RULE(".m.rule.member_event", MATCH("type", "m.room.member"), SILENT) ","
    RULE(".m.rule.is_user_mention", PROPERTY_CONTAINS("content.m\\\\.mentions.user_ids", PUSH_USER_ID),
         NOTIFY "," SOUND("default") "," HIGHLIGHT) ","
    RULE(".m.rule.is_room_mention", PROPERTY_IS("content.m\\\\.mentions.room", "true") "," MAY_NOTIFY_ROOM,
         NOTIFY "," HIGHLIGHT) ","
    RULE(".m.rule.tombstone", MATCH("type", "m.room.tombstone") "," MATCH("state_key", ""), NOTIFY "," HIGHLIGHT) ","
    RULE(".m.rule.reaction", MATCH("type", "m.reaction"), SILENT) ","
    RULE(".m.rule.room.server_acl", MATCH("type", "m.room.server_acl") "," MATCH("state_key", ""), SILENT) ","
    RULE(".m.rule.suppress_edits", PROPERTY_IS("content.m\\\\.relates_to.rel_type", "\"m.replace\""), SILENT)
    "],\"content\":[],\"room\":[],\"sender\":[],\"underride\":["
    RULE(".m.rule.call", MATCH("type", "m.call.invite"), NOTIFY "," SOUND("ring")) ","
    RULE(".m.rule.encrypted_room_one_to_one", TWO_MEMBERS "," MATCH("type", "m.room.encrypted"),
         NOTIFY "," SOUND("default")) ","
    RULE(".m.rule.room_one_to_one", TWO_MEMBERS "," MATCH("type", "m.room.message"), NOTIFY "," SOUND("default")) ","
    RULE(".m.rule.message", MATCH("type", "m.room.message"), NOTIFY) ","
    RULE(".m.rule.encrypted", MATCH("type", "m.room.encrypted"), NOTIFY)
    "]}";
/* clang-format on */
