/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Judging for many at once is the same as judging for each: shown by rules, events and people drawn at random. The
 * seed is printed with what fails.
 */
#include "push/rules.h"
#include "support/dice.h"
#include "support/room.h"

enum { ROUNDS = 3000, PEOPLE = 6 };

static const char *const people[PEOPLE] = {
    ALICE, BOB, CAROL, "@dave:parley.test", "@DAVE:parley.test", "@no.body:parley.test",
};

static struct dice dice;

static size_t roll(size_t sides)
{
    return (size_t)dice_below(&dice, sides);
}

#define PICK(from) (from)[roll(sizeof(from) / sizeof *(from))]

static void add(struct strbuf *buf, const char *text)
{
    strbuf_add(buf, str_of(text));
}

/* ---- rules ---- */

static const char *const conditions[] = {
    "{\"kind\":\"event_match\",\"key\":\"type\",\"pattern\":\"m.room.*\"}",
    "{\"kind\":\"event_match\",\"key\":\"content.body\",\"pattern\":\"tea\"}",
    "{\"kind\":\"event_match\",\"key\":\"state_key\",\"pattern\":\"@carol:*\"}",
    "{\"kind\":\"event_match\",\"key\":\"sender\",\"pattern\":\"" BOB "\"}",
    "{\"kind\":\"event_property_is\",\"key\":\"content.m\\\\.mentions.room\",\"value\":true}",
    "{\"kind\":\"event_property_contains\",\"key\":\"content.m\\\\.mentions.user_ids\",\"value\":\"" CAROL "\"}",
    "{\"kind\":\"contains_display_name\"}",
    "{\"kind\":\"room_member_count\",\"is\":\">3\"}",
    "{\"kind\":\"sender_notification_permission\",\"key\":\"room\"}",
    "{\"kind\":\"org.unknown\"}",
};
static const char *const defaults[][2] = {
    {"override", ".m.rule.master"},          {"override", ".m.rule.suppress_notices"},
    {"override", ".m.rule.invite_for_me"},   {"override", ".m.rule.member_event"},
    {"override", ".m.rule.is_user_mention"}, {"override", ".m.rule.is_room_mention"},
    {"override", ".m.rule.suppress_edits"},  {"underride", ".m.rule.message"},
    {"underride", ".m.rule.encrypted"},      {"underride", ".m.rule.room_one_to_one"},
};
static const char *const actions[] = {
    "[]",
    "[\"notify\"]",
    "[\"notify\",{\"set_tweak\":\"highlight\"}]",
    "[\"notify\",{\"set_tweak\":\"sound\",\"value\":\"ring\"}]",
};

static void add_default_changes(struct strbuf *buf, const char *kind)
{
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (strcmp(defaults[i][0], kind) != 0 || roll(4))
            continue;
        strbuf_printf(buf, "{\"rule_id\":\"%s\",\"enabled\":%s,\"actions\":%s},", defaults[i][1],
                      roll(2) ? "true" : "false", PICK(actions));
    }
}

static void add_own(struct strbuf *buf)
{
    static const char *const ids[] = {ROOM, ALICE, BOB, "one", "two"};
    static const char *const patterns[] = {"tea", "t*a", "carol"};
    for (size_t count = roll(3); count > 0; count--) {
        strbuf_printf(buf, "{\"rule_id\":\"%s\",\"pattern\":\"%s\",\"actions\":%s,\"conditions\":[", PICK(ids),
                      PICK(patterns), PICK(actions));
        for (size_t left = 1 + roll(2); left > 0; left--) {
            add(buf, PICK(conditions));
            add(buf, left > 1 ? "," : "");
        }
        strbuf_printf(buf, "]},");
    }
}

static struct push_rules *random_rules(void)
{
    static const char *const kinds[] = {"override", "content", "room", "sender", "underride"};
    struct strbuf buf = STRBUF_INIT;
    struct push_rules *rules;
    add(&buf, "{\"global\":{");
    for (size_t i = 0; i < 5; i++) {
        strbuf_printf(&buf, "%s\"%s\":[", i ? "," : "", kinds[i]);
        add_default_changes(&buf, kinds[i]);
        if (roll(3) == 0)
            add_own(&buf);
        add(&buf, "null]");
    }
    add(&buf, "}}");
    struct error err = {0};
    if (push_rules_new(strbuf_str(&buf), &rules, &err) != RC_OK)
        fail_msg("%.*s: %s", STR_ARG(strbuf_str(&buf)), err.text);
    strbuf_fini(&buf);
    return rules;
}

/* ---- events ---- */

static const char *const mentions[] = {
    "",
    ",\"m.mentions\":{\"user_ids\":[\"" CAROL "\",\"" BOB "\",\"" CAROL "\",7]}",
    ",\"m.mentions\":{\"user_ids\":\"" CAROL "\"}",
    ",\"m.mentions\":{\"room\":true}",
    ",\"m.mentions\":{\"room\":true,\"user_ids\":[\"@dave:parley.test\",\"@nobody:else\"]}",
};
static const char *const relations[] = {
    "",
    "",
    ",\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$e\"}",
};
static const char *const bodies[] = {"tea time", "hello carol c", "@room", "steam"};

static const struct event *random_event(const struct room_version *version)
{
    static const char *const types[] = {"m.room.message", "m.room.encrypted", "m.reaction", "m.call.invite"};
    static const char *const memberships[] = {"invite", "join", "leave"};
    char content[512];
    const char *sender = people[roll(3)];
    if (roll(4) == 0) {
        snprintf(content, sizeof content, "{\"membership\":\"%s\"}", PICK(memberships));
        return make_event(version, NULL, sender, "m.room.member", people[roll(PEOPLE)], content);
    }
    snprintf(content, sizeof content, "{\"body\":\"%s\",\"msgtype\":\"%s\"%s%s}", PICK(bodies),
             roll(4) ? "m.text" : "m.notice", PICK(mentions), PICK(relations));
    return make_event(version, NULL, sender, PICK(types), NULL, content);
}

static const struct room_state *random_room(const struct room_version *version)
{
    const struct room_state *state = room_state_new(version);
    size_t members = 2 + roll(PEOPLE - 1);
    state_add(&state, make_event(version, "", ALICE, "m.room.create", "", "{\"room_version\":\"12\"}"));
    for (size_t i = 0; i < members; i++)
        state_add(&state, make_event(version, NULL, people[i], "m.room.member", people[i],
                                     "{\"membership\":\"join\",\"displayname\":\"Carol C\"}"));
    return state;
}

/* ---- the property ---- */

static bool is_named(const str *ids, size_t count, const char *user_id)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(ids[i], str_of(user_id)))
            return true;
    return false;
}

static bool same(const struct push_verdict *a, const struct push_verdict *b)
{
    return a->notify == b->notify && a->highlight == b->highlight && str_eq(a->sound, b->sound)
           && str_eq(a->actions, b->actions);
}

static void compare(const struct push_rules *rules, const struct push_event *push, uint64_t seed, size_t *bulk)
{
    struct push_shortlist list;
    str *ids = NULL;
    size_t count = 0;
    push_rules_shortlist(rules, push, &list);
    bool names = push_shortlist_named(&list, &ids, &count);
    *bulk += names;
    for (size_t i = 0; i < PEOPLE; i++) {
        if (str_eq(push->event->sender, str_of(people[i])))
            continue; /* who speaks is left out of what is common to all */
        struct push_verdict alone = push_rules_judge(rules, push, str_of(people[i]));
        struct push_verdict listed = push_shortlist_judge(&list, str_of(people[i]));
        struct push_verdict together = !names || is_named(ids, count, people[i]) ? listed : list.otherwise;
        if (!same(&alone, &listed) || !same(&alone, &together))
            fail_msg("seed %llu: %s is not told the same alone and with others by %.*s", (unsigned long long)seed,
                     people[i], STR_ARG(push->event->client));
    }
    for (size_t i = 1; i < count; i++)
        if (names && str_cmp(ids[i - 1], ids[i]) >= 0)
            fail_msg("seed %llu: somebody is named twice", (unsigned long long)seed);
}

static void many_at_once_are_judged_as_each_is(void **state)
{
    (void)state;
    const struct room_version *version = room_version_find(S("12"));
    size_t bulk = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        struct arena arena = ARENA_INIT;
        struct push_event push;
        dice_init(&dice, seed);
        const struct room_state *room = random_room(version);
        const struct event *event = random_event(version);
        struct push_rules *rules = seed % 3 ? random_rules() : NULL;
        if (!rules)
            assert_int_equal(push_rules_new(STR_NONE, &rules, NULL), RC_OK);
        assert_int_equal(push_event_init(event, room, &arena, &push), RC_OK);
        compare(rules, &push, seed, &bulk);
        push_rules_free(&rules);
        event_unref(&event);
        room_state_unref(&room);
        arena_fini(&arena);
    }
    assert_in_range(bulk, ROUNDS / 2, ROUNDS);
}

/* ---- the default rules ---- */

static size_t named_by(const char *type, const char *key, const char *content, bool *ret_notify)
{
    struct arena arena = ARENA_INIT;
    const struct room_version *version = room_version_find(S("12"));
    const struct room_state *room = random_room(version);
    const struct event *event = make_event(version, NULL, ALICE, type, key, content);
    struct push_rules *rules;
    struct push_event push;
    struct push_shortlist list;
    str *ids;
    size_t count;
    assert_int_equal(push_rules_new(STR_NONE, &rules, NULL), RC_OK);
    assert_int_equal(push_event_init(event, room, &arena, &push), RC_OK);
    push_rules_shortlist(rules, &push, &list);
    assert_true(push_shortlist_named(&list, &ids, &count));
    *ret_notify = list.otherwise.notify;
    push_rules_free(&rules);
    event_unref(&event);
    room_state_unref(&room);
    arena_fini(&arena);
    return count;
}

static void by_the_default_rules_only_the_mentioned_and_the_invited_are_asked(void **state)
{
    (void)state;
    bool notify;
    dice_init(&dice, 1);
    assert_int_equal(named_by("m.room.message", NULL, "{\"body\":\"x\"}", &notify), 0);
    assert_true(notify);
    assert_int_equal(named_by("m.reaction", NULL, "{}", &notify), 0);
    assert_false(notify);
    assert_int_equal(
        named_by("m.room.message", NULL, "{\"m.mentions\":{\"user_ids\":[\"" BOB "\",\"" CAROL "\"]}}", &notify), 2);
    assert_true(notify);
    assert_int_equal(named_by("m.room.member", BOB, "{\"membership\":\"invite\"}", &notify), 1);
    assert_false(notify);
    assert_int_equal(named_by("m.room.member", BOB, "{\"membership\":\"join\"}", &notify), 0);
    assert_false(notify);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_at_once_are_judged_as_each_is),
        cmocka_unit_test(by_the_default_rules_only_the_mentioned_and_the_invited_are_asked),
    };
    return cmocka_run_group_tests(tests, room_set_up, NULL);
}
