/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Push rules (spec: client-server API, "Push Rules"): which events a user is told of, and how. Pure: no store.
 *
 * A set is parsed once from what is stored (the content of m.push_rules), holds the server's default rules whether
 * or not they are stored there, and is judged against many events. While it is judged it is not changed, so one set
 * may be shared by threads. A user without changes of their own needs no set of their own: the default set works
 * for everybody, since it knows "the user's id" only when it judges.
 */
#ifndef PUSH_RULES_H
#define PUSH_RULES_H

#include "room/state.h"

/* In the order in which they are checked. */
enum push_kind { PUSH_OVERRIDE, PUSH_CONTENT, PUSH_ROOM, PUSH_SENDER, PUSH_UNDERRIDE };
enum { PUSH_KINDS = PUSH_UNDERRIDE + 1 };

enum {
    PUSH_MAX_RULES = 1000, /* of a user's own */
    PUSH_MAX_ID_BYTES = 255,
};

bool push_kind_parse(str name, enum push_kind *ret_kind);

struct push_rules;
struct rule;

/* stored: the JSON object {"global":{…}}, or empty for the default set. RC_NOT_JSON, RC_BAD_JSON. Rules that make no
 * sense are left out. */
enum rc push_rules_new(str stored, struct push_rules **ret_rules, struct error *err) MUST_USE;
void push_rules_free(struct push_rules **rules);

/* ---- Judging ---- */

/* One event on its way to many users. */
struct push_event {
    const struct event *event;
    const struct room_state *state;
    struct arena *arena;
    yyjson_val *root; /* the event as clients see it */
    uint64_t member_count;
    int64_t sender_power;
};

/* All must live as long as ret_event. RC_BAD_JSON never happens for an event that was built. */
enum rc push_event_init(const struct event *event, const struct room_state *state, struct arena *arena,
                        struct push_event *ret_event) MUST_USE;

struct push_verdict {
    bool notify;
    bool highlight; /* only with notify */
    str sound;      /* "" when none */
    str actions;    /* JSON array, without the historical actions; "[]" when no rule matched */
};

/* What the first matching rule says. One's own events never notify. Strings live as long as rules. */
struct push_verdict push_rules_judge(const struct push_rules *rules, const struct push_event *event, str user_id);

/* What a set makes of one event for everybody: the rules that hold for some users and not for others, down to the
 * first that holds for all. For most events nothing is left to ask. */
struct push_shortlist {
    const struct push_event *event;
    const struct rule **rules; /* in the event's arena */
    size_t count;
    struct push_verdict otherwise;
};
/* Both must live as long as ret_shortlist. */
void push_rules_shortlist(const struct push_rules *rules, const struct push_event *event,
                          struct push_shortlist *ret_shortlist);
/* The same as push_rules_judge() with the rules the list was made of. */
struct push_verdict push_shortlist_judge(const struct push_shortlist *shortlist, str user_id);

/* Whom of all users the event names: everybody else gets `otherwise`. Each once, in the event's arena. False: the list
 * has rules that do not name anybody, and each user has to be asked. */
bool push_shortlist_named(const struct push_shortlist *shortlist, str **ret_user_ids, size_t *ret_count) MUST_USE;

/* ---- Showing ---- */

/* {"override":[…],…}: most important first. What default rules say of "the user" becomes user_id. */
void push_rules_add_global(struct strbuf *buf, const struct push_rules *rules, str user_id);
/* {"global":…}: the content of m.push_rules, and what is stored. */
void push_rules_add_content(struct strbuf *buf, const struct push_rules *rules, str user_id);
/* One rule. RC_NOT_FOUND. */
enum rc push_rules_add_rule(struct strbuf *buf, const struct push_rules *rules, enum push_kind kind, str rule_id,
                            str user_id) MUST_USE;
enum rc push_rules_is_enabled(const struct push_rules *rules, enum push_kind kind, str rule_id,
                              bool *ret_enabled) MUST_USE;
/* JSON array. */
enum rc push_rules_actions(const struct push_rules *rules, enum push_kind kind, str rule_id, str *ret_actions) MUST_USE;

/* ---- Changing (spec: "Push Rules: API") ---- */

/* Adds the rule or changes the one of that id. body: {actions, conditions?, pattern?}. before, after: id of the
 * user's own rule to stand next to (empty: first of the user's own, or where it was). RC_INVALID: an id of the
 * server's form or with slashes, or no such rule to stand next to; RC_BAD_JSON: malformed body; RC_LIMITED. */
enum rc push_rules_put(struct push_rules *rules, enum push_kind kind, str rule_id, yyjson_val *body, str before,
                       str after, struct error *err) MUST_USE;
/* RC_NOT_FOUND, also for default rules. */
enum rc push_rules_remove(struct push_rules *rules, enum push_kind kind, str rule_id, struct error *err) MUST_USE;
enum rc push_rules_set_enabled(struct push_rules *rules, enum push_kind kind, str rule_id, bool enabled,
                               struct error *err) MUST_USE;
/* actions: the array. */
enum rc push_rules_set_actions(struct push_rules *rules, enum push_kind kind, str rule_id, yyjson_val *actions,
                               struct error *err) MUST_USE;
/* What the user's own rules say of one room, they say of another as well (spec "Room Upgrades"): the room rule, and
 * override and underride rules of the room's name whose conditions name it. The other room's own rules stay. */
void push_rules_carry(struct push_rules *rules, str from_room, str to_room, bool *ret_changed);

#endif
