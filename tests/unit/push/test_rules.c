/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "push/rules.h"
#include "support/room.h"

#include <stdio.h>

/* A room of ALICE (v12 creator), BOB (power 50), CAROL and whoever else is asked for. */
static const struct room_state *room_of(size_t members)
{
    const struct room_version *version = room_version_find(S("12"));
    static const char *const users[] = {ALICE, BOB, CAROL, "@dave:parley.test"};
    const struct room_state *state = room_state_new(version);
    state_add(&state, make_event(version, "", ALICE, "m.room.create", "", "{\"room_version\":\"12\"}"));
    state_add(&state, make_event(version, NULL, ALICE, "m.room.power_levels", "",
                                 "{\"users\":{\"" BOB "\":50},\"notifications\":{\"tea\":60}}"));
    for (size_t i = 0; i < members; i++)
        state_add(&state, make_event(version, NULL, users[i], "m.room.member", users[i],
                                     i == 2 ? "{\"displayname\":\"Carol C\",\"membership\":\"join\"}"
                                            : "{\"membership\":\"join\"}"));
    return state;
}

static struct push_rules *rules_of(const char *stored)
{
    struct push_rules *rules;
    struct error err = {0};
    if (push_rules_new(str_of(stored), &rules, &err) != RC_OK)
        fail_msg("%s", err.text);
    return rules;
}

struct sent {
    const char *sender, *type, *key, *content;
};

#define TEXT(by, body)                                                                                                 \
    {                                                                                                                  \
        by, "m.room.message", NULL, "{\"msgtype\":\"m.text\",\"body\":\"" body "\"}"                                   \
    }

/* Each verdict is also reached the way it is for many users at once. */
static void assert_shortlist_agrees(const struct push_rules *rules, const struct push_event *push,
                                    const struct push_verdict *verdict)
{
    struct push_shortlist shortlist;
    push_rules_shortlist(rules, push, &shortlist);
    struct push_verdict same = push_shortlist_judge(&shortlist, S(CAROL));
    assert_int_equal(same.notify, verdict->notify);
    assert_int_equal(same.highlight, verdict->highlight);
    assert_true(str_eq(same.sound, verdict->sound));
    assert_true(str_eq(same.actions, verdict->actions));
}

/* Judges for CAROL, who is called "Carol C" in the room. */
static struct push_verdict judge(const struct push_rules *rules, size_t members, const struct sent *sent)
{
    struct arena arena = ARENA_INIT;
    const struct room_state *room = room_of(members);
    const struct event *event =
        make_event(room_state_version(room), NULL, sent->sender, sent->type, sent->key, sent->content);
    struct push_event push;
    assert_int_equal(push_event_init(event, room, &arena, &push), RC_OK);
    struct push_verdict verdict = push_rules_judge(rules, &push, S(CAROL));
    assert_shortlist_agrees(rules, &push, &verdict);
    event_unref(&event);
    room_state_unref(&room);
    arena_fini(&arena);
    return verdict;
}

static const struct default_case {
    const char *rule;
    struct sent sent;
    size_t members;
    bool notify, highlight;
    const char *sound;
} default_cases[] = {
    {"message", TEXT(ALICE, "hi"), 3, true, false, ""},
    {"one's own", TEXT(CAROL, "hi"), 3, false, false, ""},
    {"one to one", TEXT(ALICE, "hi"), 2, true, false, "default"},
    {"encrypted", {ALICE, "m.room.encrypted", NULL, "{}"}, 3, true, false, ""},
    {"encrypted one to one", {ALICE, "m.room.encrypted", NULL, "{}"}, 2, true, false, "default"},
    {"call", {ALICE, "m.call.invite", NULL, "{}"}, 3, true, false, "ring"},
    {"notice", {ALICE, "m.room.message", NULL, "{\"msgtype\":\"m.notice\",\"body\":\"b\"}"}, 2, false, false, ""},
    {"invite", {ALICE, "m.room.member", CAROL, "{\"membership\":\"invite\"}"}, 2, true, false, "default"},
    {"another's invite", {ALICE, "m.room.member", BOB, "{\"membership\":\"invite\"}"}, 2, false, false, ""},
    {"member event", {BOB, "m.room.member", BOB, "{\"membership\":\"join\"}"}, 3, false, false, ""},
    {"mention",
     {ALICE, "m.room.message", NULL, "{\"body\":\"b\",\"m.mentions\":{\"user_ids\":[\"" BOB "\",\"" CAROL "\"]}}"},
     3,
     true,
     true,
     "default"},
    {"mention in an encrypted event",
     {ALICE, "m.room.encrypted", NULL, "{\"m.mentions\":{\"user_ids\":[\"" CAROL "\"]}}"},
     3,
     true,
     true,
     "default"},
    {"mention of another",
     {ALICE, "m.room.message", NULL, "{\"body\":\"b\",\"m.mentions\":{\"user_ids\":[\"" BOB "\"]}}"},
     3,
     true,
     false,
     ""},
    {"room mention",
     {BOB, "m.room.message", NULL, "{\"body\":\"b\",\"m.mentions\":{\"room\":true}}"},
     3,
     true,
     true,
     ""},
    {"room mention without power",
     {"@dave:parley.test", "m.room.message", NULL, "{\"body\":\"b\",\"m.mentions\":{\"room\":true}}"},
     4,
     true,
     false,
     ""},
    {"room mention that is no boolean",
     {BOB, "m.room.message", NULL, "{\"body\":\"b\",\"m.mentions\":{\"room\":\"true\"}}"},
     3,
     true,
     false,
     ""},
    {"tombstone", {ALICE, "m.room.tombstone", "", "{}"}, 3, true, true, ""},
    {"tombstone that is no state", {ALICE, "m.room.tombstone", NULL, "{}"}, 3, false, false, ""},
    {"reaction", {ALICE, "m.reaction", NULL, "{}"}, 2, false, false, ""},
    {"server_acl", {ALICE, "m.room.server_acl", "", "{}"}, 2, false, false, ""},
    {"edit",
     {ALICE, "m.room.message", NULL,
      "{\"body\":\"b\",\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$e\"}}"},
     2,
     false,
     false,
     ""},
    {"edit that mentions",
     {ALICE, "m.room.message", NULL,
      "{\"m.mentions\":{\"user_ids\":[\"" CAROL
      "\"]},\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$e\"}}"},
     3,
     true,
     true,
     "default"},
    {"name in the body (no rule since v1.17)", TEXT(ALICE, "hi Carol C and carol @room"), 3, true, false, ""},
    {"other types", {ALICE, "org.example.poll", NULL, "{}"}, 2, false, false, ""},
};

static void the_default_rules_are_those_of_the_spec(void **state)
{
    (void)state;
    struct push_rules *rules = rules_of("");
    for (size_t i = 0; i < sizeof default_cases / sizeof default_cases[0]; i++) {
        const struct default_case *c = &default_cases[i];
        struct push_verdict verdict = judge(rules, c->members, &c->sent);
        if (verdict.notify != c->notify || verdict.highlight != c->highlight
            || !str_eq(verdict.sound, str_of(c->sound)))
            fail_msg("%s: notify %d, highlight %d, sound %.*s", c->rule, verdict.notify, verdict.highlight,
                     STR_ARG(verdict.sound));
    }
    push_rules_free(&rules);
}

/* ---- Conditions ---- */

#define OVERRIDE(conditions)                                                                                           \
    "{\"global\":{\"override\":[{\"rule_id\":\"mine\",\"conditions\":[" conditions                                     \
    "],\"actions\":[\"notify\",{\"set_tweak\":\"sound\",\"value\":\"mine\"}]}]}}"
#define COUNT_IS(is) OVERRIDE("{\"kind\":\"room_member_count\",\"is\":\"" is "\"}")
#define BODY_IS(pattern) OVERRIDE("{\"kind\":\"event_match\",\"key\":\"content.body\",\"pattern\":\"" pattern "\"}")
#define MATCH_KEY(key, pattern) OVERRIDE("{\"kind\":\"event_match\",\"key\":\"" key "\",\"pattern\":\"" pattern "\"}")
#define VALUE_IS(key, value) OVERRIDE("{\"kind\":\"event_property_is\",\"key\":\"" key "\",\"value\":" value "}")
#define VALUE_IN(key, value) OVERRIDE("{\"kind\":\"event_property_contains\",\"key\":\"" key "\",\"value\":" value "}")
#define MAY(key) OVERRIDE("{\"kind\":\"sender_notification_permission\",\"key\":\"" key "\"}")

static const char THINGS[] =
    "{\"s\":\"Tea\",\"n\":5,\"t\":true,\"z\":null,\"l\":[1,\"two\",true,null,[3],{}],\"o\":{\"in.ner\":"
    "{\"b\\\\s\":\"deep\"}},\"\":\"empty\"}";

static const struct condition_case {
    const char *rules;
    struct sent sent; /* NULL sender: ALICE sends THINGS */
    bool matches;
} condition_cases[] = {
    {OVERRIDE(""), {0}, true},
    {OVERRIDE("{\"kind\":\"org.unknown\"}"), {0}, false},
    {OVERRIDE("{\"kind\":\"event_match\",\"key\":\"type\"}"), {0}, false},
    {OVERRIDE("{\"kind\":\"event_match\",\"pattern\":\"*\"}"), {0}, false},

    {MATCH_KEY("type", "ORG.*"), {0}, true},
    {MATCH_KEY("type", "org"), {0}, false},
    {MATCH_KEY("sender", "@alice:*"), {0}, true},
    {MATCH_KEY("room_id", "!r:*"), {0}, true},
    {MATCH_KEY("state_key", "*"), {0}, false},
    {MATCH_KEY("state_key", ""), {ALICE, "m.x", "", "{}"}, true},
    {MATCH_KEY("content.s", "t?a"), {0}, true},
    {MATCH_KEY("content.s", "te"), {0}, false},
    {MATCH_KEY("content.n", "5"), {0}, false},
    {MATCH_KEY("content.missing", "*"), {0}, false},
    {MATCH_KEY("content.o.in\\\\.ner.b\\\\\\\\s", "deep"), {0}, true},
    {MATCH_KEY("content.o.in.ner.b\\\\\\\\s", "deep"), {0}, false},
    {MATCH_KEY("content.", "empty"), {0}, true},
    {BODY_IS("tea"), TEXT(ALICE, "some tea, please"), true},
    {BODY_IS("tea"), TEXT(ALICE, "some steam"), false},

    {VALUE_IS("content.s", "\"Tea\""), {0}, true},
    {VALUE_IS("content.s", "\"tea\""), {0}, false},
    {VALUE_IS("content.n", "5"), {0}, true},
    {VALUE_IS("content.n", "\"5\""), {0}, false},
    {VALUE_IS("content.t", "true"), {0}, true},
    {VALUE_IS("content.t", "1"), {0}, false},
    {VALUE_IS("content.z", "null"), {0}, true},
    {VALUE_IS("content.missing", "null"), {0}, false},
    {VALUE_IS("content.l", "[]"), {0}, false},

    {VALUE_IN("content.l", "1"), {0}, true},
    {VALUE_IN("content.l", "\"two\""), {0}, true},
    {VALUE_IN("content.l", "\"tw\""), {0}, false},
    {VALUE_IN("content.l", "null"), {0}, true},
    {VALUE_IN("content.l", "[3]"), {0}, false},
    {VALUE_IN("content.s", "\"Tea\""), {0}, false},

    {COUNT_IS("3"), {0}, true},
    {COUNT_IS("==3"), {0}, true},
    {COUNT_IS("2"), {0}, false},
    {COUNT_IS("<3"), {0}, false},
    {COUNT_IS("<4"), {0}, true},
    {COUNT_IS(">2"), {0}, true},
    {COUNT_IS(">3"), {0}, false},
    {COUNT_IS("<=3"), {0}, true},
    {COUNT_IS(">=4"), {0}, false},
    {COUNT_IS(""), {0}, false},
    {COUNT_IS("~3"), {0}, false},
    {COUNT_IS("3.0"), {0}, false},

    {MAY("room"), TEXT(ALICE, "x"), true},
    {MAY("room"), TEXT(BOB, "x"), true},
    {MAY("room"), TEXT("@dave:parley.test", "x"), false},
    {MAY("tea"), TEXT(BOB, "x"), false},
    {MAY("coffee"), TEXT(BOB, "x"), true},

    {OVERRIDE("{\"kind\":\"contains_display_name\"}"), TEXT(ALICE, "so, carol c!"), true},
    {OVERRIDE("{\"kind\":\"contains_display_name\"}"), TEXT(ALICE, "so, carol cc"), false},
    {OVERRIDE("{\"kind\":\"room_member_count\",\"is\":\"3\"},{\"kind\":\"event_match\",\"key\":\"type\",\"pattern\":"
              "\"no\"}"),
     {0},
     false},
    /* The server's own mark is no mark in a user's rule. */
    {VALUE_IS("content.s", "\"<user_id>\""), {ALICE, "m.x", NULL, "{\"s\":\"" CAROL "\"}"}, false},
};

static void conditions_hold_as_the_spec_says(void **state)
{
    (void)state;
    const struct sent things = {ALICE, "org.things", NULL, THINGS};
    for (size_t i = 0; i < sizeof condition_cases / sizeof condition_cases[0]; i++) {
        const struct condition_case *c = &condition_cases[i];
        struct push_rules *rules = rules_of(c->rules);
        struct push_verdict verdict = judge(rules, 3, c->sent.sender ? &c->sent : &things);
        if (str_eq(verdict.sound, S("mine")) != c->matches)
            fail_msg("%s %s", c->rules, c->matches ? "did not match" : "matched");
        push_rules_free(&rules);
    }
}

/* ---- Kinds and priorities ---- */

#define RULE_SOUND(id, more, sound)                                                                                    \
    "{\"rule_id\":\"" id "\"" more ",\"actions\":[\"notify\",{\"set_tweak\":\"sound\",\"value\":\"" sound "\"}]}"

static void the_first_match_in_the_order_of_kinds_counts(void **state)
{
    (void)state;
    static const struct {
        const char *rules, *sound;
        bool notify;
    } cases[] = {
        {"{\"global\":{\"content\":[" RULE_SOUND("c", ",\"pattern\":\"tea\"", "c") "],\"room\":[" RULE_SOUND(ROOM, "",
                                                                                                             "r") "]}}",
         "c", true},
        {"{\"global\":{\"content\":[" RULE_SOUND("c", ",\"pattern\":\"no\"", "c") "],\"room\":[" RULE_SOUND(ROOM, "",
                                                                                                            "r") "]}}",
         "r", true},
        {"{\"global\":{\"room\":[" RULE_SOUND("!other", "", "r") "],\"sender\":[" RULE_SOUND(ALICE, "", "s") "]}}", "s",
         true},
        {"{\"global\":{\"sender\":[" RULE_SOUND(BOB, "", "s") "],\"underride\":[" RULE_SOUND("u", "", "u") "]}}", "u",
         true},
        {"{\"global\":{\"underride\":[" RULE_SOUND("1", "", "1") "," RULE_SOUND("2", "", "2") "]}}", "1", true},
        {"{\"global\":{\"underride\":[" RULE_SOUND("1", ",\"enabled\":false", "1") "," RULE_SOUND("2", "", "2") "]}}",
         "2", true},
        {"{\"global\":{\"room\":[{\"rule_id\":\"" ROOM "\",\"actions\":[\"dont_notify\"]}]}}", "", false},
        {"{\"global\":{\"override\":[{\"rule_id\":\".m.rule.master\",\"enabled\":true,\"actions\":[]}," RULE_SOUND(
             "o", "", "o") "]}}",
         "", false},
        {"{\"global\":{\"underride\":[{\"rule_id\":\".m.rule.message\",\"enabled\":false}]}}", "", false},
        {"{\"global\":{\"underride\":[{\"rule_id\":\".m.rule.message\",\"actions\":[\"notify\",{\"set_tweak\":"
         "\"sound\","
         "\"value\":\"x\"}]}]}}",
         "x", true},
        {"{\"global\":{\"override\":[{\"rule_id\":\".unknown\",\"actions\":[\"notify\"]}]}}", "", true},
        {"{\"global\":{\"override\":[{\"rule_id\":\"broken\",\"actions\":3},7]}}", "", true},
    };
    const struct sent sent = TEXT(ALICE, "tea time");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct push_rules *rules = rules_of(cases[i].rules);
        struct push_verdict verdict = judge(rules, 3, &sent);
        if (verdict.notify != cases[i].notify || !str_eq(verdict.sound, str_of(cases[i].sound)))
            fail_msg("%s gives %d, %.*s", cases[i].rules, verdict.notify, STR_ARG(verdict.sound));
        push_rules_free(&rules);
    }
}

static void actions_are_what_the_spec_says(void **state)
{
    (void)state;
    static const struct {
        const char *actions, *shown;
        bool notify, highlight;
    } cases[] = {
        {"[]", "[]", false, false},
        {"[\"notify\"]", "[\"notify\"]", true, false},
        {"[\"dont_notify\",\"coalesce\"]", "[]", false, false},
        {"[\"notify\",{\"set_tweak\":\"highlight\"}]", "[\"notify\",{\"set_tweak\":\"highlight\"}]", true, true},
        {"[\"notify\",{\"set_tweak\":\"highlight\",\"value\":false}]",
         "[\"notify\",{\"set_tweak\":\"highlight\",\"value\":false}]", true, false},
        {"[{\"set_tweak\":\"highlight\"}]", "[{\"set_tweak\":\"highlight\"}]", false, false},
        {"[\"notify\",{\"set_tweak\":\"org.light\",\"value\":[1]}]",
         "[\"notify\",{\"set_tweak\":\"org.light\",\"value\":[1]}]", true, false},
    };
    const struct sent sent = TEXT(ALICE, "x");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char stored[256];
        snprintf(stored, sizeof stored, "{\"global\":{\"override\":[{\"rule_id\":\"o\",\"actions\":%s}]}}",
                 cases[i].actions);
        struct push_rules *rules = rules_of(stored);
        struct push_verdict verdict = judge(rules, 3, &sent);
        assert_int_equal(verdict.notify, cases[i].notify);
        assert_int_equal(verdict.highlight, cases[i].highlight);
        assert_true(str_eq(verdict.actions, str_of(cases[i].shown)));
        push_rules_free(&rules);
    }
}

/* ---- Changing ---- */

/* The ids of a kind, in order. */
static void assert_order(const struct push_rules *rules, enum push_kind kind, const char *expected)
{
    struct strbuf json = STRBUF_INIT, ids = STRBUF_INIT;
    struct arena arena = ARENA_INIT;
    static const char *const names[] = {"override", "content", "room", "sender", "underride"};
    yyjson_val *root;
    push_rules_add_global(&json, rules, S(CAROL));
    assert_int_equal(json_parse_object(&arena, strbuf_str(&json), false, &root, NULL), RC_OK);
    yyjson_arr_iter iter = yyjson_arr_iter_with(yyjson_obj_get(root, names[kind]));
    for (yyjson_val *rule; (rule = yyjson_arr_iter_next(&iter));) {
        str id = json_str_of(yyjson_obj_get(rule, "rule_id"));
        if (str_starts(id, S(".")) && !str_eq(id, S(".m.rule.master")))
            continue;
        if (ids.len)
            strbuf_add_char(&ids, ' ');
        strbuf_add(&ids, id);
    }
    if (!str_eq(strbuf_str(&ids), str_of(expected)))
        fail_msg("order is %.*s, not %s", STR_ARG(strbuf_str(&ids)), expected);
    strbuf_fini(&json);
    strbuf_fini(&ids);
    arena_fini(&arena);
}

static enum rc put(struct push_rules *rules, enum push_kind kind, const char *id, const char *body, const char *before,
                   const char *after)
{
    struct arena arena = ARENA_INIT;
    yyjson_val *root;
    assert_int_equal(json_parse_object(&arena, str_of(body), false, &root, NULL), RC_OK);
    enum rc rc = push_rules_put(rules, kind, str_of(id), root, str_of(before), str_of(after), NULL);
    arena_fini(&arena);
    return rc;
}

#define SILENTLY "{\"actions\":[]}"

static void rules_take_the_place_that_was_asked_for(void **state)
{
    (void)state;
    struct push_rules *rules = rules_of("");
    assert_int_equal(put(rules, PUSH_OVERRIDE, "a", SILENTLY, NULL, NULL), RC_OK);
    assert_int_equal(put(rules, PUSH_OVERRIDE, "b", SILENTLY, NULL, NULL), RC_OK);
    assert_order(rules, PUSH_OVERRIDE, ".m.rule.master b a");
    assert_int_equal(put(rules, PUSH_OVERRIDE, "c", SILENTLY, "a", NULL), RC_OK);
    assert_order(rules, PUSH_OVERRIDE, ".m.rule.master b c a");
    assert_int_equal(put(rules, PUSH_OVERRIDE, "d", SILENTLY, NULL, "b"), RC_OK);
    assert_order(rules, PUSH_OVERRIDE, ".m.rule.master b d c a");
    assert_int_equal(put(rules, PUSH_OVERRIDE, "a", SILENTLY, "b", "c"), RC_OK);
    assert_order(rules, PUSH_OVERRIDE, ".m.rule.master a b d c");
    assert_int_equal(put(rules, PUSH_OVERRIDE, "d", SILENTLY, NULL, NULL), RC_OK);
    assert_order(rules, PUSH_OVERRIDE, ".m.rule.master a b d c");
    assert_int_equal(put(rules, PUSH_ROOM, ROOM, SILENTLY, NULL, NULL), RC_OK);
    assert_order(rules, PUSH_ROOM, ROOM);
    assert_int_equal(push_rules_remove(rules, PUSH_OVERRIDE, S("b"), NULL), RC_OK);
    assert_order(rules, PUSH_OVERRIDE, ".m.rule.master a d c");
    push_rules_free(&rules);
}

static void wrong_changes_are_refused(void **state)
{
    (void)state;
    static const struct {
        enum push_kind kind;
        const char *id, *body, *before, *after;
        enum rc rc;
    } cases[] = {
        {PUSH_OVERRIDE, ".mine", SILENTLY, NULL, NULL, RC_INVALID},
        {PUSH_OVERRIDE, ".m.rule.master", SILENTLY, NULL, NULL, RC_INVALID},
        {PUSH_OVERRIDE, "a/b", SILENTLY, NULL, NULL, RC_INVALID},
        {PUSH_OVERRIDE, "a\\b", SILENTLY, NULL, NULL, RC_INVALID},
        {PUSH_OVERRIDE, "", SILENTLY, NULL, NULL, RC_INVALID},
        {PUSH_OVERRIDE, "x", SILENTLY, "no", NULL, RC_INVALID},
        {PUSH_OVERRIDE, "x", SILENTLY, NULL, "no", RC_INVALID},
        {PUSH_OVERRIDE, "x", SILENTLY, ".m.rule.member_event", NULL, RC_INVALID},
        {PUSH_OVERRIDE, "x", "{}", NULL, NULL, RC_BAD_JSON},
        {PUSH_OVERRIDE, "x", "{\"actions\":{}}", NULL, NULL, RC_BAD_JSON},
        {PUSH_OVERRIDE, "x", "{\"actions\":[\"sing\"]}", NULL, NULL, RC_BAD_JSON},
        {PUSH_OVERRIDE, "x", "{\"actions\":[{\"tweak\":1}]}", NULL, NULL, RC_BAD_JSON},
        {PUSH_OVERRIDE, "x", "{\"actions\":[],\"conditions\":{}}", NULL, NULL, RC_BAD_JSON},
        {PUSH_OVERRIDE, "x", "{\"actions\":[],\"conditions\":[{}]}", NULL, NULL, RC_BAD_JSON},
        {PUSH_OVERRIDE, "x", "{\"actions\":[],\"conditions\":[{\"kind\":\"org.new\"}]}", NULL, NULL, RC_OK},
        {PUSH_OVERRIDE, "x",
         "{\"actions\":[],\"conditions\":[{\"kind\":\"x\",\"y\":[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]}]}", NULL, NULL,
         RC_BAD_JSON},
        {PUSH_CONTENT, "x", SILENTLY, NULL, NULL, RC_BAD_JSON},
        {PUSH_CONTENT, "x", "{\"actions\":[],\"pattern\":\"p\"}", NULL, NULL, RC_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct push_rules *rules = rules_of("");
        enum rc rc = put(rules, cases[i].kind, cases[i].id, cases[i].body, cases[i].before, cases[i].after);
        if (rc != cases[i].rc)
            fail_msg("case %zu gives %s", i, rc_name(rc));
        push_rules_free(&rules);
    }
    struct push_rules *rules = rules_of("");
    assert_int_equal(push_rules_remove(rules, PUSH_OVERRIDE, S(".m.rule.master"), NULL), RC_NOT_FOUND);
    assert_int_equal(push_rules_remove(rules, PUSH_OVERRIDE, S("x"), NULL), RC_NOT_FOUND);
    assert_int_equal(push_rules_set_enabled(rules, PUSH_ROOM, S("x"), false, NULL), RC_NOT_FOUND);
    push_rules_free(&rules);
}

static void default_rules_can_be_switched_and_given_other_actions(void **state)
{
    (void)state;
    struct push_rules *rules = rules_of("");
    struct arena arena = ARENA_INIT;
    yyjson_val *actions;
    str shown;
    bool enabled;
    assert_int_equal(json_parse(&arena, S("[\"notify\",\"dont_notify\"]"), &actions, NULL), RC_OK);
    assert_int_equal(push_rules_set_actions(rules, PUSH_OVERRIDE, S(".m.rule.suppress_notices"), actions, NULL), RC_OK);
    assert_int_equal(push_rules_actions(rules, PUSH_OVERRIDE, S(".m.rule.suppress_notices"), &shown), RC_OK);
    assert_true(str_eq(shown, S("[\"notify\"]")));
    assert_int_equal(push_rules_set_enabled(rules, PUSH_OVERRIDE, S(".m.rule.master"), true, NULL), RC_OK);
    assert_int_equal(push_rules_is_enabled(rules, PUSH_OVERRIDE, S(".m.rule.master"), &enabled), RC_OK);
    assert_true(enabled);
    arena_fini(&arena);
    push_rules_free(&rules);
}

static void what_is_stored_is_read_back_the_same(void **state)
{
    (void)state;
    struct push_rules *rules = rules_of("");
    assert_int_equal(put(rules, PUSH_OVERRIDE, "a",
                         "{\"actions\":[\"notify\"],\"conditions\":[{\"kind\":\"org.new\",\"x\":{}}]}", NULL, NULL),
                     RC_OK);
    assert_int_equal(put(rules, PUSH_CONTENT, "b", "{\"actions\":[],\"pattern\":\"te\\\"a*\"}", NULL, NULL), RC_OK);
    assert_int_equal(push_rules_set_enabled(rules, PUSH_OVERRIDE, S("a"), false, NULL), RC_OK);
    assert_int_equal(push_rules_set_enabled(rules, PUSH_UNDERRIDE, S(".m.rule.call"), false, NULL), RC_OK);
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    push_rules_add_content(&first, rules, S(CAROL));
    struct push_rules *again = rules_of(first.ptr);
    push_rules_add_content(&second, again, S(CAROL));
    assert_true(str_eq(strbuf_str(&first), strbuf_str(&second)));
    assert_true(str_contains(strbuf_str(&first), S("\"pattern\":\"" CAROL "\"")));
    assert_false(str_contains(strbuf_str(&first), S("<user_id>")));
    /* What the server says of its own rules counts, not what was stored of them. */
    const struct sent mention = {ALICE, "m.room.message", NULL, "{\"m.mentions\":{\"user_ids\":[\"" CAROL "\"]}}"};
    assert_true(judge(again, 3, &mention).highlight);
    strbuf_clear(&first);
    assert_int_equal(push_rules_add_rule(&first, again, PUSH_CONTENT, S("b"), S(CAROL)), RC_OK);
    assert_true(
        str_eq(strbuf_str(&first), S("{\"actions\":[],\"default\":false,\"enabled\":true,\"pattern\":\"te\\\"a*\","
                                     "\"rule_id\":\"b\"}")));
    strbuf_fini(&first);
    strbuf_fini(&second);
    push_rules_free(&rules);
    push_rules_free(&again);
}

#define MUTE(room)                                                                                                     \
    "{\"rule_id\":\"" room "\",\"actions\":[],\"enabled\":false,\"default\":false,\"conditions\":[{"                   \
    "\"kind\":\"event_match\",\"key\":\"room_id\",\"pattern\":\"" room "\"}]}"
#define ROOM_RULE(room, actions) "{\"rule_id\":\"" room "\",\"actions\":" actions ",\"enabled\":true,\"default\":false}"

static void what_is_said_of_a_room_is_said_of_the_one_that_replaces_it(void **state)
{
    (void)state;
    struct push_rules *rules = rules_of("{\"global\":{\"override\":[" MUTE("!old:x") "],\"room\":[" ROOM_RULE(
        "!old:x", "[\"notify\"]") "," ROOM_RULE("!other:x", "[]") "]}}");
    struct strbuf buf = STRBUF_INIT;
    bool changed;
    push_rules_carry(rules, S("!old:x"), S("!new:x"), &changed);
    assert_true(changed);
    assert_int_equal(push_rules_add_rule(&buf, rules, PUSH_OVERRIDE, S("!new:x"), S(CAROL)), RC_OK);
    assert_true(str_contains(strbuf_str(&buf), S("\"enabled\":false")));
    assert_true(str_contains(strbuf_str(&buf), S("\"pattern\":\"!new:x\"")));
    strbuf_clear(&buf);
    assert_int_equal(push_rules_add_rule(&buf, rules, PUSH_ROOM, S("!new:x"), S(CAROL)), RC_OK);
    assert_true(str_contains(strbuf_str(&buf), S("\"actions\":[\"notify\"]")));
    push_rules_carry(rules, S("!old:x"), S("!new:x"), &changed);
    assert_false(changed);
    /* What was said of the new room already stays. */
    push_rules_carry(rules, S("!old:x"), S("!other:x"), &changed);
    strbuf_clear(&buf);
    assert_int_equal(push_rules_add_rule(&buf, rules, PUSH_ROOM, S("!other:x"), S(CAROL)), RC_OK);
    assert_true(str_contains(strbuf_str(&buf), S("\"actions\":[]")));
    push_rules_carry(rules, S("!none:x"), S("!some:x"), &changed);
    assert_false(changed);
    strbuf_fini(&buf);
    push_rules_free(&rules);
}

static void kinds_have_names(void **state)
{
    (void)state;
    enum push_kind kind;
    assert_true(push_kind_parse(S("underride"), &kind));
    assert_int_equal(kind, PUSH_UNDERRIDE);
    assert_false(push_kind_parse(S("device"), &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_rules_are_those_of_the_spec),
        cmocka_unit_test(conditions_hold_as_the_spec_says),
        cmocka_unit_test(the_first_match_in_the_order_of_kinds_counts),
        cmocka_unit_test(actions_are_what_the_spec_says),
        cmocka_unit_test(rules_take_the_place_that_was_asked_for),
        cmocka_unit_test(wrong_changes_are_refused),
        cmocka_unit_test(default_rules_can_be_switched_and_given_other_actions),
        cmocka_unit_test(what_is_stored_is_read_back_the_same),
        cmocka_unit_test(what_is_said_of_a_room_is_said_of_the_one_that_replaces_it),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, room_set_up, NULL);
}
