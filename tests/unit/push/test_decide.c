/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who is told of what: what stands in the queue once a commit is through. */
#include "push/decide.h"
#include "push/rules.h"
#include "store/account_data.h"
#include "store/push_queue.h"
#include "store/pushers.h"
#include "store/receipts.h"
#include "support/chat.h"
#include "support/dice.h"

enum { PEOPLE = 8 };

/* The first is who talks; each of the others has a pusher, but for the last. */
static const char *const names[PEOPLE] = {"alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"};
#define ID(name) STR_INIT("@" name ":example.org")
static const str ids[PEOPLE] = {ID("alice"), ID("bob"),   ID("carol"), ID("dave"),
                                ID("erin"),  ID("frank"), ID("grace"), ID("heidi")};
enum { ALICE, BOB, CAROL, DAVE, HEIDI = PEOPLE - 1 };

struct scene {
    struct stores *stores;
    struct push_decider *decider;
    size_t crowd_from;
    uint64_t nids[PEOPLE], room;
    int64_t seen_pos; /* what was due up to here has been looked at */
};

/* ---- changing ---- */

/* A job may say something after its change, and then fail. */
static enum rc say_and_fail(struct tx *tx, struct chat_send *last_words)
{
    if (!last_words)
        return RC_OK;
    TRY(chat_send_run(tx, last_words));
    return RC_INVALID;
}

struct with_pusher {
    uint64_t user;
    struct chat_send *last_words;
};

static enum rc set_pusher(struct tx *tx, void *arg)
{
    struct with_pusher *with = arg;
    struct pusher pusher = {.user_nid = with->user,
                            .device_nid = 1,
                            .kind = PUSHER_HTTP,
                            .app_id = S("app"),
                            .pushkey = arena_printf(tx->arena, "key%llu", (unsigned long long)with->user),
                            .data = S("{}")};
    TRY(pushers_set(tx, &pusher, false));
    return say_and_fail(tx, with->last_words);
}

static enum rc drop_pusher(struct tx *tx, void *arg)
{
    const uint64_t *user = arg;
    return pushers_drop_device(tx, *user, 1);
}

struct with_rules {
    uint64_t user;
    const char *type, *content;
    struct chat_send *last_words;
};

static enum rc set_rules(struct tx *tx, void *arg)
{
    struct with_rules *with = arg;
    TRY(account_data_set(tx, with->user, 0, str_of(with->type), str_of(with->content)));
    return say_and_fail(tx, with->last_words);
}

static void rules_are(struct scene *scene, size_t who, const char *content)
{
    struct with_rules with = {scene->nids[who], "m.push_rules", content, NULL};
    assert_int_equal(stores_write(scene->stores, set_rules, &with), RC_OK);
}

static struct chat_send says(struct scene *scene, size_t who, const char *type, const char *content)
{
    struct chat_send send = {.room_nid = scene->room,
                             .sender_nid = scene->nids[who],
                             .sender = ids[who],
                             .type = str_of(type),
                             .content = str_of(content)};
    assert_int_equal(stores_write(scene->stores, chat_send_run, &send), RC_OK);
    return send;
}

static void member_is(struct scene *scene, size_t who, const char *content)
{
    chat_state(scene->stores, scene->room, scene->nids[who], ids[who], S("m.room.member"), ids[who], str_of(content));
}

static void joins(struct scene *scene, size_t who)
{
    member_is(scene, who, "{\"membership\":\"join\"}");
}

#define TEXT "{\"msgtype\":\"m.text\",\"body\":\"hello\"}"

/* ---- looking ---- */

/* The user's flags for the newest position that is due; -1: nothing new is. */
static int64_t due_to(struct scene *scene, size_t who, int64_t *ret_pos)
{
    struct tx tx = stores_read(scene->stores);
    struct push_due *due;
    size_t count;
    assert_int_equal(push_queue_list(&tx, scene->nids[who], scene->seen_pos, &due, &count), RC_OK);
    assert_in_range(count, 0, 1);
    if (count && ret_pos)
        *ret_pos = due[0].pos;
    return count ? (int64_t)due[0].flags : -1;
}

/* "bob carol! dave~": who is told of what happened since the last look; ! is a highlight, ~ a sound, * a ringing. */
static void assert_told(struct scene *scene, const char *expected)
{
    struct strbuf told = STRBUF_INIT;
    for (size_t i = 0; i < PEOPLE; i++) {
        int64_t flags = due_to(scene, i, NULL);
        if (flags < 0)
            continue;
        strbuf_printf(&told, "%s%s%s%s%s", told.len ? " " : "", names[i], flags & PUSH_HIGHLIGHT ? "!" : "",
                      flags & PUSH_SOUND_RING ? "*"
                      : flags & PUSH_SOUND    ? "~"
                                              : "",
                      flags & PUSH_COUNTS ? "#" : "");
    }
    if (!str_eq(strbuf_str(&told), str_of(expected)))
        fail_msg("told: \"%.*s\", not \"%s\"", STR_ARG(strbuf_str(&told)), expected);
    strbuf_fini(&told);
    struct tx tx = stores_read(scene->stores);
    scene->seen_pos = tx_pos(&tx);
}

/* ---- before and after ---- */

static void decider_start(struct scene *scene)
{
    scene->decider = push_decider_new(scene->stores->store);
    push_decider_set_crowd(scene->decider, scene->crowd_from);
}

/* A room of alice, bob, carol and heidi. */
static int set_up_with(void **state, size_t crowd_from)
{
    struct scene *scene = calloc(1, sizeof *scene);
    void *stores;
    if (stores_set_up(&stores) != 0)
        return -1;
    scene->stores = stores;
    scene->crowd_from = crowd_from;
    decider_start(scene);
    for (size_t i = 0; i < PEOPLE; i++) {
        scene->nids[i] = stores_user(scene->stores, str_of(names[i]));
        struct with_pusher with = {scene->nids[i], NULL};
        if (i != HEIDI)
            assert_int_equal(stores_write(scene->stores, set_pusher, &with), RC_OK);
    }
    scene->room = chat_room(scene->stores, scene->nids[ALICE], ids[ALICE], S("12"));
    joins(scene, BOB);
    joins(scene, CAROL);
    joins(scene, HEIDI);
    struct tx tx = stores_read(scene->stores);
    scene->seen_pos = tx_pos(&tx);
    *state = scene;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, 1000);
}

static int set_up_crowd(void **state)
{
    return set_up_with(state, 1);
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    void *stores = scene->stores;
    stores_tear_down(&stores);
    push_decider_free(&scene->decider);
    free(scene);
    return 0;
}

/* Told one by one, and as a crowd. */
#define DECIDE_TEST(fn)                                                                                                \
    cmocka_unit_test_setup_teardown(fn, set_up, tear_down),                                                            \
    {                                                                                                                  \
#fn " (as a crowd)", fn, set_up_crowd, tear_down, NULL                                                         \
    }
#define CROWD_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up_crowd, tear_down)

/* ---- the tests ---- */

static void a_message_is_told_to_members_with_pushers_but_not_to_who_sent_it(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
    says(scene, BOB, "m.room.message", TEXT);
    assert_told(scene, "alice carol");
    says(scene, HEIDI, "m.room.message", TEXT);
    assert_told(scene, "alice bob carol");
}

static void the_event_and_its_place_are_named(void **state)
{
    struct scene *scene = *state;
    int64_t pos;
    struct chat_send said = says(scene, ALICE, "m.room.message", TEXT);
    assert_int_equal(due_to(scene, BOB, &pos), 0);
    assert_int_equal(pos, said.pos);
}

static void how_loudly_depends_on_who_is_meant(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "m.room.message", "{\"body\":\"x\",\"m.mentions\":{\"user_ids\":[\"@carol:example.org\"]}}");
    assert_told(scene, "bob carol!~");
    says(scene, ALICE, "m.room.message", "{\"body\":\"x\",\"m.mentions\":{\"room\":true}}");
    assert_told(scene, "bob! carol!");
    says(scene, ALICE, "m.call.invite", "{}");
    assert_told(scene, "bob* carol*");
    says(scene, ALICE, "m.reaction", "{}");
    assert_told(scene, "");
    says(scene, ALICE, "m.room.message", "{\"msgtype\":\"m.notice\",\"body\":\"x\"}");
    assert_told(scene, "");
}

/* A mention in what is silent for all others, and of somebody who is not here. */
static void only_the_mentioned_are_told_of_what_is_silent(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "org.example.poll",
         "{\"m.mentions\":{\"user_ids\":[\"@bob:example.org\",\"@dave:example.org\",\"@nobody:else\"]}}");
    assert_told(scene, "bob!~");
}

static void rules_of_ones_own_hold(void **state)
{
    struct scene *scene = *state;
    rules_are(scene, BOB, "{\"global\":{\"override\":[{\"rule_id\":\".m.rule.master\",\"enabled\":true}]}}");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "carol");
    says(scene, ALICE, "m.room.message", "{\"body\":\"x\",\"m.mentions\":{\"user_ids\":[\"@bob:example.org\"]}}");
    assert_told(scene, "carol");
    rules_are(scene, BOB,
              "{\"global\":{\"content\":[{\"rule_id\":\"tea\",\"pattern\":\"hello\",\"actions\":[\"notify\","
              "{\"set_tweak\":\"highlight\"}]}]}}");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob! carol");
    rules_are(scene, BOB,
              "{\"global\":{\"override\":[{\"rule_id\":\"name\",\"conditions\":[{\"kind\":"
              "\"contains_display_name\"}],\"actions\":[\"notify\",{\"set_tweak\":\"highlight\"}]}]}}");
    member_is(scene, BOB, "{\"membership\":\"join\",\"displayname\":\"Hello\"}");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob! carol");
}

static void nobody_is_told_of_whom_they_ignore(void **state)
{
    struct scene *scene = *state;
    struct with_rules with = {scene->nids[BOB], "m.ignored_user_list",
                              "{\"ignored_users\":{\"@alice:example.org\":{}}}", NULL};
    assert_int_equal(stores_write(scene->stores, set_rules, &with), RC_OK);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "carol");
    says(scene, CAROL, "m.room.message", TEXT);
    assert_told(scene, "alice bob");
}

static void invites(struct scene *scene, size_t who)
{
    chat_state(scene->stores, scene->room, scene->nids[ALICE], ids[ALICE], S("m.room.member"), ids[who],
               S("{\"membership\":\"invite\"}"));
}

static void an_invitation_is_told_to_the_invited(void **state)
{
    struct scene *scene = *state;
    invites(scene, DAVE);
    assert_told(scene, "dave~");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
}

static void but_not_when_they_take_none_or_ignore_who_invites(void **state)
{
    struct scene *scene = *state;
    struct with_rules none = {scene->nids[DAVE], "m.invite_permission_config", "{\"default_action\":\"block\"}", NULL};
    assert_int_equal(stores_write(scene->stores, set_rules, &none), RC_OK);
    invites(scene, DAVE);
    assert_told(scene, "");
    struct with_rules not_her = {scene->nids[DAVE + 1], "m.ignored_user_list",
                                 "{\"ignored_users\":{\"@alice:example.org\":{}}}", NULL};
    assert_int_equal(stores_write(scene->stores, set_rules, &not_her), RC_OK);
    invites(scene, DAVE + 1);
    assert_told(scene, "");
}

static void who_comes_is_told_and_who_goes_is_not(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
    joins(scene, DAVE);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol dave");
    member_is(scene, BOB, "{\"membership\":\"leave\"}");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "carol dave");
}

static void pushers_that_come_and_go_count_from_the_next_event_on(void **state)
{
    struct scene *scene = *state;
    struct with_pusher heidi = {scene->nids[HEIDI], NULL};
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
    assert_int_equal(stores_write(scene->stores, set_pusher, &heidi), RC_OK);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol heidi");
    assert_int_equal(stores_write(scene->stores, drop_pusher, &scene->nids[BOB]), RC_OK);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "carol heidi");
}

/* ---- what is undone ---- */

static enum rc come_and_fail(struct tx *tx, void *arg)
{
    struct chat_send *steps = arg;
    TRY(chat_send_run(tx, &steps[0]));
    TRY(chat_send_run(tx, &steps[1]));
    return RC_INVALID;
}

static void what_was_undone_has_changed_nothing(void **state)
{
    struct scene *scene = *state;
    struct chat_send last_words = {.room_nid = scene->room,
                                   .sender_nid = scene->nids[ALICE],
                                   .sender = ids[ALICE],
                                   .type = S("m.room.message"),
                                   .content = S(TEXT)};
    struct with_pusher heidi = {scene->nids[HEIDI], &last_words};
    struct with_rules silent = {scene->nids[BOB], "m.push_rules",
                                "{\"global\":{\"override\":[{\"rule_id\":\".m.rule.master\",\"enabled\":true}]}}",
                                &last_words};
    struct chat_send steps[] = {{.room_nid = scene->room,
                                 .sender_nid = scene->nids[DAVE],
                                 .sender = ids[DAVE],
                                 .type = S("m.room.member"),
                                 .state_key = ids[DAVE],
                                 .content = S("{\"membership\":\"join\"}")},
                                {.room_nid = scene->room,
                                 .sender_nid = scene->nids[DAVE],
                                 .sender = ids[DAVE],
                                 .type = S("m.room.message"),
                                 .content = S(TEXT)}};
    assert_int_equal(stores_write(scene->stores, come_and_fail, steps), RC_INVALID);
    assert_told(scene, "");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
    assert_int_equal(stores_write(scene->stores, come_and_fail, steps), RC_INVALID);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
    assert_int_equal(stores_write(scene->stores, set_pusher, &heidi), RC_INVALID);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
    assert_int_equal(stores_write(scene->stores, set_rules, &silent), RC_INVALID);
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
}

static void what_is_due_and_who_is_told_outlive_a_restart(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "m.room.message", TEXT);
    struct stores *stores = scene->stores;
    arena_fini(&stores->arena);
    store_close(&stores->store);
    push_decider_free(&scene->decider);
    stores_start(stores);
    decider_start(scene);
    assert_told(scene, "bob carol");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_told(scene, "bob carol");
}

/* ---- read positions ---- */

struct reading {
    uint64_t user;
    struct chat_send said;
};

static enum rc read_up_to(struct tx *tx, void *arg)
{
    struct reading *reading = arg;
    const struct room *room;
    const struct event *event;
    bool moved;
    TRY(rooms_get(tx, reading->said.room_nid, &room));
    TRY(events_find(tx, room, reading->said.event_id, &event));
    return receipts_set(tx, &room, reading->user, RECEIPT_PRIVATE, STR_NONE, event, &moved);
}

static void a_receipt_makes_the_count_due_once(void **state)
{
    struct scene *scene = *state;
    struct reading reading = {scene->nids[BOB], says(scene, ALICE, "m.room.message", TEXT)};
    assert_told(scene, "bob carol");
    assert_int_equal(stores_write(scene->stores, read_up_to, &reading), RC_OK);
    assert_told(scene, "bob#");
    assert_int_equal(stores_write(scene->stores, read_up_to, &reading), RC_OK);
    assert_told(scene, "");
}

/* ---- in bulk, and one by one ---- */

static const char *const some_rules[] = {
    "{}",
    "{\"global\":{\"override\":[{\"rule_id\":\".m.rule.master\",\"enabled\":true}]}}",
    "{\"global\":{\"override\":[{\"rule_id\":\".m.rule.is_user_mention\",\"enabled\":false}]}}",
    "{\"global\":{\"sender\":[{\"rule_id\":\"@bob:example.org\",\"actions\":[]}]}}",
    "{\"global\":{\"content\":[{\"rule_id\":\"t\",\"pattern\":\"tea\",\"actions\":[\"notify\",{\"set_tweak\":"
    "\"highlight\"}]}]}}",
    "{\"global\":{\"underride\":[{\"rule_id\":\".m.rule.message\",\"actions\":[]}]}}",
};
static const char *const some_events[][2] = {
    {"m.room.message", TEXT},
    {"m.room.message", "{\"body\":\"tea\",\"m.mentions\":{\"user_ids\":[\"@bob:example.org\",\"@dave:example.org\"]}}"},
    {"m.room.message", "{\"body\":\"x\",\"m.mentions\":{\"room\":true}}"},
    {"m.room.encrypted", "{\"m.mentions\":{\"user_ids\":[\"@carol:example.org\"]}}"},
    {"m.reaction", "{}"},
    {"org.example", "{\"m.mentions\":{\"user_ids\":[\"@erin:example.org\",\"@alice:example.org\"]}}"},
};
#define PICK(dice, from) (from)[dice_below(dice, sizeof(from) / sizeof *(from))]

/* What somebody's rules say, asked for them alone. */
static int64_t alone(struct scene *scene, struct tx *tx, const struct chat_send *said, const char *rules_of, size_t who)
{
    const struct room *room = chat_get(tx, scene->room);
    const struct event *event;
    struct push_rules *rules;
    struct push_event push;
    if (who == HEIDI || room_state_membership(room->state, ids[who]) != MEMBERSHIP_JOIN)
        return -1;
    assert_int_equal(events_find(tx, room, said->event_id, &event), RC_OK);
    assert_int_equal(push_event_init(event, room->state, tx->arena, &push), RC_OK);
    assert_int_equal(push_rules_new(str_of(rules_of), &rules, NULL), RC_OK);
    struct push_verdict verdict = push_rules_judge(rules, &push, ids[who]);
    int64_t flags = (verdict.highlight ? PUSH_HIGHLIGHT : 0) | (verdict.sound.len ? PUSH_SOUND : 0);
    push_rules_free(&rules);
    return verdict.notify ? flags : -1;
}

static void everybody_is_told_what_they_would_be_alone(void **state)
{
    struct scene *scene = *state;
    struct dice dice;
    const char *held[PEOPLE];
    bool here[PEOPLE] = {0};
    dice_init(&dice, 11);
    for (size_t i = 0; i < PEOPLE; i++)
        held[i] = some_rules[0];
    for (int round = 0; round < 150; round++) {
        size_t who = dice_below(&dice, PEOPLE), speaker = dice_below(&dice, CAROL + 1);
        if (dice_below(&dice, 3) == 0)
            rules_are(scene, who, held[who] = PICK(&dice, some_rules));
        else if (who > CAROL && who < HEIDI)
            member_is(scene, who,
                      (here[who] = !here[who]) ? "{\"membership\":\"join\"}" : "{\"membership\":\"leave\"}");
        const char *const *sent = PICK(&dice, some_events);
        struct tx tx = stores_read(scene->stores);
        scene->seen_pos = tx_pos(&tx);
        struct chat_send said = says(scene, speaker, sent[0], sent[1]);
        tx = stores_read(scene->stores);
        for (size_t i = 0; i < PEOPLE; i++)
            if (due_to(scene, i, NULL) != alone(scene, &tx, &said, held[i], i))
                fail_msg("round %d: %s by %s is not told to %s as it would be alone", round, sent[1], names[speaker],
                         names[i]);
    }
    dice_fini(&dice);
}

/* ---- crowds ---- */

static int64_t rows_of_the_queue(struct scene *scene)
{
    struct tx tx = stores_read(scene->stores);
    struct db_query q;
    assert_int_equal(db_query(tx_chat(&tx), &q, "SELECT count(*) FROM push_due", NULL), RC_OK);
    assert_true(db_next(&q));
    int64_t count = db_column_i64(&q, 0);
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return count;
}

static void a_crowd_is_one_row_and_who_hears_something_else_another(void **state)
{
    struct scene *scene = *state;
    joins(scene, DAVE);
    assert_told(scene, "");
    says(scene, ALICE, "m.room.message", TEXT);
    assert_int_equal(rows_of_the_queue(scene), 1);
    assert_told(scene, "bob carol dave");
    says(scene, ALICE, "m.room.message", "{\"body\":\"tea\",\"m.mentions\":{\"user_ids\":[\"@bob:example.org\"]}}");
    assert_int_equal(rows_of_the_queue(scene), 3);
    assert_told(scene, "bob!~ carol dave");
}

static void what_the_crowd_was_told_stays_due_to_who_goes_their_own_way(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "m.room.message", TEXT);
    rules_are(scene, BOB, "{\"global\":{\"underride\":[{\"rule_id\":\".m.rule.message\",\"actions\":[]}]}}");
    says(scene, ALICE, "m.room.message", TEXT);
    rules_are(scene, BOB, "{\"global\":{}}");
    int64_t first;
    assert_int_equal(due_to(scene, BOB, &first), 0);
    scene->seen_pos = first;
    assert_told(scene, "carol"); /* what bob had silenced then is not told to him now */
}

static void a_crowd_does_not_hear_what_was_said_before_it_came(void **state)
{
    struct scene *scene = *state;
    says(scene, ALICE, "m.room.message", TEXT);
    joins(scene, DAVE);
    member_is(scene, BOB, "{\"membership\":\"join\",\"displayname\":\"Bobby\"}");
    member_is(scene, CAROL, "{\"membership\":\"leave\"}");
    assert_told(scene, "bob");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DECIDE_TEST(a_message_is_told_to_members_with_pushers_but_not_to_who_sent_it),
        DECIDE_TEST(the_event_and_its_place_are_named),
        DECIDE_TEST(how_loudly_depends_on_who_is_meant),
        DECIDE_TEST(only_the_mentioned_are_told_of_what_is_silent),
        DECIDE_TEST(rules_of_ones_own_hold),
        DECIDE_TEST(nobody_is_told_of_whom_they_ignore),
        DECIDE_TEST(an_invitation_is_told_to_the_invited),
        DECIDE_TEST(but_not_when_they_take_none_or_ignore_who_invites),
        DECIDE_TEST(who_comes_is_told_and_who_goes_is_not),
        DECIDE_TEST(pushers_that_come_and_go_count_from_the_next_event_on),
        DECIDE_TEST(what_was_undone_has_changed_nothing),
        DECIDE_TEST(what_is_due_and_who_is_told_outlive_a_restart),
        DECIDE_TEST(a_receipt_makes_the_count_due_once),
        DECIDE_TEST(everybody_is_told_what_they_would_be_alone),
        CROWD_TEST(a_crowd_is_one_row_and_who_hears_something_else_another),
        CROWD_TEST(what_the_crowd_was_told_stays_due_to_who_goes_their_own_way),
        CROWD_TEST(a_crowd_does_not_hear_what_was_said_before_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
