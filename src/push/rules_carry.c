/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules about a room, for the room that replaces it. */
#include "push/rules_private.h"

static const enum push_kind about_rooms[] = {PUSH_OVERRIDE, PUSH_ROOM, PUSH_UNDERRIDE};

/* The text with each JSON string `from` written as `to`. */
static str replaced(struct arena *arena, str text, str from, str to)
{
    struct strbuf mark = STRBUF_INIT, out = STRBUF_INIT;
    strbuf_add_json(&mark, from);
    str wanted = strbuf_str(&mark);
    for (const char *at; text.len && (at = memmem(text.ptr, text.len, wanted.ptr, wanted.len));) {
        size_t before = (size_t)(at - text.ptr);
        strbuf_add(&out, str_head(text, before));
        strbuf_add_json(&out, to);
        text = str_skip(text, before + wanted.len);
    }
    strbuf_add(&out, text);
    str result = strbuf_to_arena(&out, arena);
    strbuf_fini(&mark);
    strbuf_fini(&out);
    return result;
}

static bool carry(struct push_rules *rules, enum push_kind kind, str from, str to)
{
    const struct rule *old = rule_find(rules, kind, from);
    if (!old || old->is_default || rule_find(rules, kind, to))
        return false;
    struct arena *arena = &rules->arena;
    str conditions = kind == PUSH_ROOM ? STR_NONE : replaced(arena, old->conditions_json, from, to);
    str text = kind == PUSH_ROOM ? arena_concat(arena, S("{\"actions\":"), old->actions.json, S("}"))
                                 : arena_printf(arena, "{\"actions\":%.*s,\"conditions\":%.*s}",
                                                STR_ARG(old->actions.json), STR_ARG(conditions));
    yyjson_val *body;
    bool enabled = old->enabled;
    if (json_parse_object(arena, text, false, &body, NULL) != RC_OK
        || push_rules_put(rules, kind, to, body, STR_NONE, from, NULL) != RC_OK)
        return false;
    return push_rules_set_enabled(rules, kind, to, enabled, NULL) == RC_OK;
}

void push_rules_carry(struct push_rules *rules, str from_room, str to_room, bool *ret_changed)
{
    *ret_changed = false;
    for (size_t i = 0; i < sizeof about_rooms / sizeof *about_rooms; i++)
        if (carry(rules, about_rooms[i], from_room, to_room))
            *ret_changed = true;
}
