/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/event_id.h"
#include "support/room.h"

#include <stdio.h>
#include <stdlib.h>

static const str prev[] = {STR_INIT("$p")};
static const str auth[] = {STR_INIT("$a"), STR_INIT("$b")};

static struct event_draft draft_of(const char *type, const char *state_key, const char *content)
{
    return (struct event_draft){
        .room_id = S(ROOM),
        .type = str_of(type),
        .sender = S(ALICE),
        .state_key = str_of(state_key),
        .content = str_of(content),
        .origin_server_ts = 1700000000123,
        .depth = 7,
        .prev_events = prev,
        .prev_count = 1,
        .auth_events = auth,
        .auth_count = 2,
    };
}

static const struct event *build(const char *version, const struct event_draft *draft)
{
    struct event *event = NULL;
    struct error err = {0};
    if (event_build(room_version_find(str_of(version)), draft, &event, &err) != RC_OK)
        fail_msg("%s", err.text);
    return event;
}

#define MESSAGE                                                                                                        \
    "{\"msgtype\":\"m.text\",\"body\":\"Gr\\u00fc\\u00dfe \\\"all\\\" \\n\\u0001 "                                     \
    "\\ud83d\\ude00\",\"b\":1,\"a\":[true,null,-5]}"
#define POWER "{\"users\":{\"" ALICE "\":100},\"invite\":50,\"ban\":50,\"notifications\":{\"room\":20},\"x\":1}"
#define INVITED                                                                                                        \
    "{\"membership\":\"invite\",\"displayname\":\"Bob\",\"third_party_invite\":{\"display_name\":\"b\","               \
    "\"signed\":{\"mxid\":\"" BOB "\",\"token\":\"t\"}}}"

/*
 * Expected ids: computed from the spec's text by an independent program of forty lines (Python's json with sorted
 * keys and hashlib; not kept here): content hash over the event, redaction of the version, SHA-256, URL-safe base64.
 */
static const struct known_id {
    const char *version, *type, *state_key, *content, *redacts, *id;
} known_ids[] = {
    {"10", "m.room.message", NULL, MESSAGE, NULL, "$8AUYa2ujABDbrL1Tws-uSOE4nyZ2wQ-IOkAA5pBGEmE"},
    {"11", "m.room.message", NULL, MESSAGE, NULL, "$8AUYa2ujABDbrL1Tws-uSOE4nyZ2wQ-IOkAA5pBGEmE"},
    {"12", "m.room.message", NULL, MESSAGE, NULL, "$8AUYa2ujABDbrL1Tws-uSOE4nyZ2wQ-IOkAA5pBGEmE"},
    {"10", "m.room.power_levels", "", POWER, NULL, "$PBOJkA02ezx4jY0Sqcggw0lQItRDJj7BvR3soQ3SsSE"},
    {"11", "m.room.power_levels", "", POWER, NULL, "$iPd2aVE-KgdKHO3XVNrVkJKVeFPLXHUUoxxeB1CNnYY"},
    {"12", "m.room.power_levels", "", POWER, NULL, "$iPd2aVE-KgdKHO3XVNrVkJKVeFPLXHUUoxxeB1CNnYY"},
    {"10", "m.room.member", BOB, INVITED, NULL, "$jLpy5LfLaALi687iTaITn60m2fbsWGIhm3-AOEYN9zc"},
    {"11", "m.room.member", BOB, INVITED, NULL, "$VGZSgd8atEbqFRdR9HHN_tUSe-8GWzvfe03xxBSocvc"},
    {"12", "m.room.member", BOB, INVITED, NULL, "$VGZSgd8atEbqFRdR9HHN_tUSe-8GWzvfe03xxBSocvc"},
    {"10", "m.room.redaction", NULL, "{\"reason\":\"x\"}", "$t", "$fCyg6dp9ENSTx8ps5rWeYFcqZ9JY2ifSKwAOcnpkPh4"},
    {"11", "m.room.redaction", NULL, "{\"reason\":\"x\"}", "$t", "$ytxr3XsbVtHkJsMaZRvvnPNitzrr9t06o6aujzmqnDo"},
    {"12", "m.room.redaction", NULL, "{\"reason\":\"x\"}", "$t", "$ytxr3XsbVtHkJsMaZRvvnPNitzrr9t06o6aujzmqnDo"},
};

static void event_ids_are_the_reference_hashes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known_ids / sizeof known_ids[0]; i++) {
        const struct known_id *known = &known_ids[i];
        struct event_draft draft = draft_of(known->type, known->state_key, known->content);
        draft.redacts = str_of(known->redacts);
        const struct event *event = build(known->version, &draft);
        if (!str_eq(event->event_id, str_of(known->id)))
            fail_msg("%s in version %s has id %.*s", known->type, known->version, STR_ARG(event->event_id));
        event_unref(&event);
    }
}

static void create_events_hash_to_their_known_ids(void **state)
{
    (void)state;
    static const struct known_id creates[] = {
        {"10", NULL, NULL, "{\"creator\":\"" ALICE "\",\"room_version\":\"10\",\"m.federate\":false}", NULL,
         "$pKRe40taCiykK4j46LEmxR_puxxHDDAUJR8_Ny22lUs"},
        {"11", NULL, NULL, "{\"room_version\":\"11\",\"m.federate\":false}", NULL,
         "$_ukgfJaTn3krgP9Od8qwKCEKHwGavWLCLnzcDiCu6pY"},
        {"12", NULL, NULL, "{\"room_version\":\"12\",\"m.federate\":false}", NULL,
         "$4Uez0Yxj4uLqNOedYBACXXxmGMlA0X6jnzf8-erar3c"},
    };
    for (size_t i = 0; i < 3; i++) {
        bool derived = i == 2;
        struct event_draft draft = draft_of("m.room.create", "", creates[i].content);
        draft.origin_server_ts = 1700000000000;
        draft.depth = 1;
        draft.prev_count = draft.auth_count = 0;
        if (derived)
            draft.room_id = STR_NONE;
        const struct event *event = build(creates[i].version, &draft);
        assert_true(str_eq(event->event_id, str_of(creates[i].id)));
        str room_id = derived ? S("!4Uez0Yxj4uLqNOedYBACXXxmGMlA0X6jnzf8-erar3c") : S(ROOM);
        assert_true(str_eq(event->room_id, room_id));
        assert_int_equal(str_contains(event->pdu, S("room_id")), !derived);
        event_unref(&event);
    }
}

static void the_stored_form_is_canonical_json(void **state)
{
    (void)state;
    struct event_draft draft = draft_of("m.room.message", NULL, MESSAGE);
    const struct event *event = build("11", &draft);
    static const str expected = STR_INIT(
        "{\"auth_events\":[\"$a\",\"$b\"],\"content\":{\"a\":[true,null,-5],\"b\":1,"
        "\"body\":\"Grüße \\\"all\\\" \\n\\u0001 😀\",\"msgtype\":\"m.text\"},\"depth\":7,"
        "\"hashes\":{\"sha256\":\"YFeQlawoIeirTqOgTZ1I6aIgAe+Q6B3Obtbl45/g/YA\"},\"origin_server_ts\":1700000000123,"
        "\"prev_events\":[\"$p\"],\"room_id\":\"" ROOM "\",\"sender\":\"" ALICE "\",\"type\":\"m.room.message\"}");
    assert_true(str_eq(event->pdu, expected));
    event_unref(&event);
}

static void assert_client(const struct event *event, const char *expected)
{
    struct strbuf buf = STRBUF_INIT;
    event_add_client_json(&buf, event, false, STR_NONE);
    if (!str_eq(strbuf_str(&buf), str_of(expected)))
        fail_msg("client form is %.*s", STR_ARG(strbuf_str(&buf)));
    strbuf_fini(&buf);
}

static void clients_see_redacts_in_both_places(void **state)
{
    (void)state;
    struct event_draft draft = draft_of("m.room.redaction", NULL, "{\"reason\":\"x\"}");
    draft.redacts = S("$t");
    const struct event *v10 = build("10", &draft), *v11 = build("11", &draft);
    assert_client(v10, "{\"content\":{\"reason\":\"x\",\"redacts\":\"$t\"},"
                       "\"event_id\":\"$fCyg6dp9ENSTx8ps5rWeYFcqZ9JY2ifSKwAOcnpkPh4\","
                       "\"origin_server_ts\":1700000000123,\"sender\":\"" ALICE "\",\"type\":\"m.room.redaction\","
                       "\"redacts\":\"$t\"}");
    assert_client(v11, "{\"content\":{\"reason\":\"x\",\"redacts\":\"$t\"},"
                       "\"event_id\":\"$ytxr3XsbVtHkJsMaZRvvnPNitzrr9t06o6aujzmqnDo\","
                       "\"origin_server_ts\":1700000000123,\"sender\":\"" ALICE "\",\"type\":\"m.room.redaction\","
                       "\"redacts\":\"$t\"}");
    assert_true(str_eq(v10->redacts, S("$t")));
    assert_true(str_eq(v11->redacts, S("$t")));
    event_unref(&v10);
    event_unref(&v11);
    draft.content = S("{}");
    v10 = build("10", &draft);
    assert_true(str_starts(v10->client, S("\"content\":{\"redacts\":\"$t\"},")));
    event_unref(&v10);
}

static void the_other_forms_add_what_was_asked_for(void **state)
{
    (void)state;
    const struct event *event =
        make_event(room_version_find(S("12")), NULL, ALICE, "m.room.name", "", "{\"name\":\"n\"}");
    struct strbuf buf = STRBUF_INIT;
    event_add_client_json(&buf, event, true, S("{\"age\":1}"));
    assert_true(str_ends(strbuf_str(&buf), S("\"sender\":\"" ALICE "\",\"state_key\":\"\",\"type\":\"m.room.name\","
                                             "\"room_id\":\"" ROOM "\",\"unsigned\":{\"age\":1}}")));
    strbuf_clear(&buf);
    event_add_stripped_json(&buf, event);
    assert_true(str_eq(strbuf_str(&buf), S("{\"content\":{\"name\":\"n\"},\"sender\":\"" ALICE
                                           "\",\"state_key\":\"\",\"type\":\"m.room.name\"}")));
    strbuf_fini(&buf);
    event_unref(&event);
}

static void strings_that_need_escapes_are_kept_in_plain(void **state)
{
    (void)state;
    struct event_draft draft = draft_of("odd \"type\"", "line\nbreak\\", "{}");
    const struct event *event = build("12", &draft);
    assert_true(str_eq(event->type, S("odd \"type\"")));
    assert_true(str_eq(event->state_key, S("line\nbreak\\")));
    struct event *again;
    assert_int_equal(event_from_pdu(room_version_find(S("12")), event->pdu, event->event_id, true, &again), RC_OK);
    assert_true(str_eq(again->client, event->client));
    assert_true(str_eq(again->state_key, event->state_key));
    const struct event *drop = again;
    event_unref(&drop);
    event_unref(&event);
}

static void check_short_way(const char *type, const char *state_key, const char *content)
{
    const struct room_version *version = room_version_find(S("12"));
    struct event_draft draft = draft_of(type, state_key, content);
    draft.redacts = strcmp(type, "m.room.redaction") == 0 ? S("$t") : STR_NONE;
    const struct event *event = build("12", &draft);
    struct event *again;
    assert_int_equal(event_from_stored(version, event->pdu, event->event_id, &again), RC_OK);
    assert_true(str_eq(again->client, event->client));
    assert_true(str_eq(again->pdu, event->pdu));
    assert_true(str_eq(again->content, event->content));
    assert_true(str_eq(again->type, event->type) && str_eq(again->sender, event->sender));
    assert_true(str_eq(again->state_key, event->state_key) && again->is_state == event->is_state);
    assert_true(str_eq(again->redacts, event->redacts));
    assert_true(str_eq(again->relates_to, event->relates_to) && again->relation == event->relation);
    assert_true(str_eq(again->relation_key, event->relation_key));
    assert_true(again->membership == event->membership && again->depth == event->depth);
    const struct event *drop = again;
    event_unref(&drop);
    event_unref(&event);
}

static void the_short_way_back_ends_where_the_long_one_does(void **state)
{
    (void)state;
    check_short_way("m.room.message", NULL, "{\"body\":\"}],\\\"{[\",\"n\":[{\"a\":[]},-1]}");
    check_short_way("m.room.member", ALICE, "{\"membership\":\"join\",\"displayname\":\"\\\"A\\\\\"}");
    check_short_way("m.room.name", "", "{}");
    check_short_way("m.room.redaction", NULL, "{\"reason\":\"r\"}");
    check_short_way("m.reaction", NULL,
                    "{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$e\",\"key\":\"+1\"}}");
    check_short_way("m.room.message", NULL, "{\"body\":\"\\\"m.relates_to\\\"\"}");
    check_short_way("odd \"type\"", "line\nbreak\\", "{\"x\":1}");
}

/* ---- Redaction ---- */

#define LEVELS                                                                                                         \
    "{\"ban\":1,\"events\":{\"a\":1},\"events_default\":2,\"invite\":3,\"kick\":4,\"notifications\":{\"room\":5},"     \
    "\"redact\":6,\"state_default\":7,\"users\":{\"" ALICE "\":8},\"users_default\":9"
#define LEVELS_V10                                                                                                     \
    "{\"ban\":1,\"events\":{\"a\":1},\"events_default\":2,\"kick\":4,\"redact\":6,\"state_default\":7,"                \
    "\"users\":{\"" ALICE "\":8},\"users_default\":9}"
#define LEVELS_V11                                                                                                     \
    "{\"ban\":1,\"events\":{\"a\":1},\"events_default\":2,\"invite\":3,\"kick\":4,\"redact\":6,\"state_default\":7,"   \
    "\"users\":{\"" ALICE "\":8},\"users_default\":9}"
#define MEMBER_ALL                                                                                                     \
    "{\"avatar_url\":\"a\",\"join_authorised_via_users_server\":\"" BOB "\",\"membership\":\"join\","                  \
    "\"third_party_invite\":{\"display_name\":\"d\",\"signed\":{\"t\":1}}}"

static const struct redaction_case {
    const char *type, *state_key, *content, *v10, *v11; /* v12 is as v11 */
} redaction_cases[] = {
    {"m.room.message", NULL, "{\"body\":\"b\"}", "{}", "{}"},
    {"m.room.create", "", "{\"creator\":\"c\",\"room_version\":\"v\"}", "{\"creator\":\"c\"}",
     "{\"creator\":\"c\",\"room_version\":\"v\"}"},
    {"m.room.member", ALICE, MEMBER_ALL, "{\"join_authorised_via_users_server\":\"" BOB "\",\"membership\":\"join\"}",
     "{\"join_authorised_via_users_server\":\"" BOB
     "\",\"membership\":\"join\",\"third_party_invite\":{\"signed\":{\"t\":1}}}"},
    {"m.room.member", ALICE, "{\"membership\":\"join\",\"third_party_invite\":3}", "{\"membership\":\"join\"}",
     "{\"membership\":\"join\"}"},
    {"m.room.member", ALICE, "{\"membership\":\"join\",\"third_party_invite\":{\"x\":1}}", "{\"membership\":\"join\"}",
     "{\"membership\":\"join\",\"third_party_invite\":{}}"},
    {"m.room.join_rules", "", "{\"allow\":[1],\"join_rule\":\"r\",\"x\":1}", "{\"allow\":[1],\"join_rule\":\"r\"}",
     "{\"allow\":[1],\"join_rule\":\"r\"}"},
    {"m.room.power_levels", "", LEVELS "}", LEVELS_V10, LEVELS_V11},
    {"m.room.history_visibility", "", "{\"history_visibility\":\"h\",\"x\":1}", "{\"history_visibility\":\"h\"}",
     "{\"history_visibility\":\"h\"}"},
    {"m.room.redaction", NULL, "{\"reason\":\"r\",\"redacts\":\"$t\"}", "{}", "{\"redacts\":\"$t\"}"},
    {"m.room.aliases", "parley.test", "{\"aliases\":[]}", "{}", "{}"},
    {"m.room.name", "", "{\"name\":\"n\"}", "{}", "{}"},
};

static void check_redaction(const struct redaction_case *c, const char *version_name, const char *expected)
{
    const struct room_version *version = room_version_find(str_of(version_name));
    struct event_draft draft = draft_of(c->type, c->state_key, c->content);
    if (version->id_is_create_hash && strcmp(c->type, "m.room.create") == 0)
        draft.room_id = STR_NONE;
    const struct event *event = build(version_name, &draft);
    ((struct event *)event)->pos = 42;
    struct event *redacted, *again;
    assert_int_equal(event_redact(version, event, &redacted), RC_OK);
    if (!str_eq(redacted->content, str_of(expected)))
        fail_msg("%s in version %s keeps %.*s", c->type, version_name, STR_ARG(redacted->content));
    assert_true(str_eq(redacted->event_id, event->event_id));
    assert_true(str_eq(redacted->room_id, event->room_id));
    assert_int_equal(redacted->pos, 42);
    assert_true(redacted->redacted);
    /* The redacted bytes still hash to the id, and show that they are redacted if anything went. */
    assert_int_equal(event_from_pdu(version, redacted->pdu, event->event_id, true, &again), RC_OK);
    assert_int_equal(again->redacted, !str_eq(event->content, redacted->content));
    const struct event *drop[] = {event, redacted, again};
    for (int i = 0; i < 3; i++)
        event_unref(&drop[i]);
}

static void redaction_keeps_what_the_version_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof redaction_cases / sizeof redaction_cases[0]; i++) {
        check_redaction(&redaction_cases[i], "10", redaction_cases[i].v10);
        check_redaction(&redaction_cases[i], "11", redaction_cases[i].v11);
        check_redaction(&redaction_cases[i], "12", redaction_cases[i].v11);
    }
}

/* What older versions lack, one after the other. */
static void redaction_keeps_less_in_older_versions(void **state)
{
    (void)state;
    static const struct {
        int from, to;
        const char *type, *state_key, *content, *kept;
    } cases[] = {
        {1, 5, "m.room.aliases", "parley.test", "{\"aliases\":[\"#a\"],\"x\":1}", "{\"aliases\":[\"#a\"]}"},
        {6, 12, "m.room.aliases", "parley.test", "{\"aliases\":[\"#a\"]}", "{}"},
        {1, 7, "m.room.join_rules", "", "{\"allow\":[1],\"join_rule\":\"r\"}", "{\"join_rule\":\"r\"}"},
        {8, 12, "m.room.join_rules", "", "{\"allow\":[1],\"join_rule\":\"r\"}", "{\"allow\":[1],\"join_rule\":\"r\"}"},
        {1, 8, "m.room.member", ALICE, "{\"join_authorised_via_users_server\":\"u\",\"membership\":\"join\"}",
         "{\"membership\":\"join\"}"},
        {9, 12, "m.room.member", ALICE, "{\"join_authorised_via_users_server\":\"u\",\"membership\":\"join\"}",
         "{\"join_authorised_via_users_server\":\"u\",\"membership\":\"join\"}"},
        {1, 10, "m.room.create", "", "{\"creator\":\"c\",\"x\":1}", "{\"creator\":\"c\"}"},
        {11, 12, "m.room.create", "", "{\"creator\":\"c\",\"x\":1}", "{\"creator\":\"c\",\"x\":1}"},
        {1, 10, "m.room.power_levels", "", LEVELS "}", LEVELS_V10},
        {1, 12, "m.room.history_visibility", "", "{\"history_visibility\":\"h\",\"x\":1}",
         "{\"history_visibility\":\"h\"}"},
        {1, 12, "m.room.message", NULL, "{\"body\":\"b\"}", "{}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int number = cases[i].from; number <= cases[i].to; number++) {
            char version[4];
            snprintf(version, sizeof version, "%d", number);
            const struct redaction_case c = {cases[i].type, cases[i].state_key, cases[i].content, NULL, NULL};
            check_redaction(&c, version, cases[i].kept);
        }
}

/* ---- Ids ---- */

static void an_event_id_has_the_form_of_its_version(void **state)
{
    (void)state;
    const struct room_version *version;
    for (size_t v = 0; (version = room_version_at(v)); v++) {
        int slashes = 0, number = atoi(version->name.ptr);
        for (int i = 0; i < 64; i++) {
            char content[32];
            snprintf(content, sizeof content, "{\"n\":%d}", i);
            const struct event *event = make_event(version, NULL, ALICE, "m.room.message", NULL, content);
            str id = event->event_id, server = id_server_name(id), hash;
            struct event *again;
            struct arena arena = ARENA_INIT;
            assert_int_equal(id.len, number < 3 ? 44 + 12 : 44);
            assert_true(number < 3 ? str_eq(server, S("parley.test")) : !server.ptr);
            slashes += str_find_char(id, '/') < id.len || str_find_char(id, '+') < id.len;
            assert_int_equal(event_id_to_hash(version, id, S("parley.test"), &arena, &hash), RC_OK);
            assert_true(str_eq(event_id_of_hash(version, hash, S("parley.test"), &arena), id));
            assert_int_equal(event_from_pdu(version, event->pdu, id, true, &again), RC_OK);
            const struct event *drop[] = {event, again};
            event_unref(&drop[0]);
            event_unref(&drop[1]);
            arena_fini(&arena);
        }
        assert_int_equal(slashes > 0, number == 3);
    }
}

static void an_id_of_another_form_is_none(void **state)
{
    (void)state;
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const struct {
        const char *version, *id;
        bool is;
    } cases[] = {
        {"1", "$" HASH "A:parley.test", true},
        {"1", "$" HASH "A", false},
        {"1", "$" HASH "A:else.test", false},
        {"3", "$" HASH "A", true},
        {"3", "$/" HASH, true},
        {"3", "$_" HASH, false},
        {"4", "$_" HASH, true},
        {"4", "$/" HASH, false},
        {"4", "$" HASH "A:parley.test", false},
        {"12", "$" HASH "B", false}, /* bits behind the hash's */
        {"12", "$" HASH, false},
        {"12", "!" HASH "A", false},
        {"12", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena = ARENA_INIT;
        str hash;
        enum rc rc = event_id_to_hash(room_version_find(str_of(cases[i].version)), str_of(cases[i].id),
                                      S("parley.test"), &arena, &hash);
        if (rc != (cases[i].is ? RC_OK : RC_NOT_FOUND))
            fail_msg("%s in version %s", cases[i].id, cases[i].version);
        arena_fini(&arena);
    }
#undef HASH
}

/* ---- Stored bytes ---- */

static void replace(char *bytes, const char *old, const char *with)
{
    char *at = strstr(bytes, old);
    assert_non_null(at);
    assert_int_equal(strlen(old), strlen(with));
    memcpy(at, with, strlen(with));
}

static void tampering_with_stored_bytes_is_noticed(void **state)
{
    (void)state;
    const struct room_version *version = room_version_find(S("12"));
    const struct event *event =
        make_event(version, NULL, ALICE, "m.room.message", NULL, "{\"body\":\"one\",\"msgtype\":\"m.text\"}");
    static const char *const changes[][2] = {
        {"one", "two"},     /* content hash */
        {"alice", "malle"}, /* reference hash */
        {"\"depth\":2", "\"depth\":3"},
        {"{\"auth", "{ auth"},    /* not JSON */
        {"\"one\",", "\"one\" "}, /* not JSON */
    };
    struct event *found = NULL;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char *bytes = strndup(event->pdu.ptr, event->pdu.len);
        replace(bytes, changes[i][0], changes[i][1]);
        assert_int_equal(event_from_pdu(version, str_of(bytes), event->event_id, true, &found), RC_CRYPTO);
        free(bytes);
    }
    for (size_t len = 0; len < event->pdu.len; len += 7)
        assert_int_equal(event_from_pdu(version, str_head(event->pdu, len), event->event_id, true, &found), RC_CRYPTO);
    assert_int_equal(event_from_pdu(version, event->pdu, S("$other"), true, &found), RC_CRYPTO);
    assert_int_equal(event_from_pdu(version, event->pdu, event->event_id, true, &found), RC_OK);
    assert_true(str_eq(found->client, event->client));
    assert_false(found->redacted);
    const struct event *drop = found;
    event_unref(&drop);
    event_unref(&event);
}

/* ---- Limits ---- */

static enum rc try_build(const struct event_draft *draft)
{
    struct event *event = NULL;
    enum rc rc = event_build(room_version_find(S("12")), draft, &event, NULL);
    const struct event *drop = event;
    event_unref(&drop);
    return rc;
}

static void an_event_may_have_65536_bytes_and_no_more(void **state)
{
    (void)state;
    struct event_draft draft = draft_of("m.room.message", NULL, "{\"body\":\"\"}");
    const struct event *empty = build("12", &draft);
    size_t room = EVENT_MAX_BYTES - empty->pdu.len;
    event_unref(&empty);
    char *content = malloc(EVENT_MAX_BYTES + 64);
    for (size_t over = 0; over < 2; over++) {
        int len = sprintf(content, "{\"body\":\"");
        memset(content + len, 'x', room + over);
        strcpy(content + len + room + over, "\"}");
        draft.content = str_of(content);
        assert_int_equal(try_build(&draft), over ? RC_TOO_LARGE : RC_OK);
    }
    free(content);
}

static void ids_may_have_255_bytes_and_no_more(void **state)
{
    (void)state;
    char long_text[256];
    memset(long_text, 'x', sizeof long_text);
    for (int field = 0; field < 4; field++) {
        for (size_t len = 255; len <= 256; len++) {
            struct event_draft draft = draft_of("t", "k", "{}");
            str *const fields[] = {&draft.type, &draft.state_key, &draft.sender, &draft.room_id};
            *fields[field] = str_from(long_text, len);
            assert_int_equal(try_build(&draft), len == 255 ? RC_OK : RC_TOO_LARGE);
        }
    }
}

static void what_is_no_canonical_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        enum rc rc;
    } cases[] = {
        {"{}", RC_OK},
        {" {\"a\" : 1 } ", RC_OK},
        {"{\"a\":9007199254740991}", RC_OK},
        {"{\"a\":9007199254740992}", RC_BAD_JSON},
        {"{\"a\":1.5}", RC_BAD_JSON},
        {"[]", RC_BAD_JSON},
        {"{\"a\":1,\"a\":2}", RC_BAD_JSON},
        {"{\"a\":\"\\ud800\"}", RC_NOT_JSON},
        {"{", RC_NOT_JSON},
        {"", RC_NOT_JSON},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct event_draft draft = draft_of("t", NULL, cases[i].content);
        enum rc rc = try_build(&draft);
        if (rc != cases[i].rc)
            fail_msg("%s gives %s", cases[i].content, rc_name(rc));
    }
    struct event_draft draft = draft_of("t\xff", NULL, "{}");
    assert_int_equal(try_build(&draft), RC_BAD_JSON);
    draft = draft_of("t", NULL, "{}");
    draft.depth = JSON_MAX_INTEGER + 1;
    assert_int_equal(try_build(&draft), RC_BAD_JSON);
}

static void what_was_accepted_can_be_read_again_however_deep(void **state)
{
    (void)state;
    for (int depth = JSON_MAX_DEPTH - 3; depth <= JSON_MAX_DEPTH + 1; depth++) {
        char content[1024] = "{\"a\":", *end = content + strlen(content);
        for (int i = 1; i < depth; i++)
            *end++ = '[';
        for (int i = 1; i < depth; i++)
            *end++ = ']';
        strcpy(end, "}");
        struct event_draft draft = draft_of("t", NULL, content);
        struct event *event = NULL, *again = NULL;
        const struct room_version *version = room_version_find(S("12"));
        if (event_build(version, &draft, &event, NULL) != RC_OK) {
            assert_true(depth >= JSON_MAX_DEPTH);
            continue;
        }
        assert_int_equal(event_from_pdu(version, event->pdu, event->event_id, true, &again), RC_OK);
        const struct event *drop[] = {event, again};
        event_unref(&drop[0]);
        event_unref(&drop[1]);
    }
}

/* ---- Relations ---- */

static void relations_are_read_once(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        enum event_relation kind;
        const char *target, *key;
    } cases[] = {
        {"{}", REL_NONE, "", ""},
        {"{\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$e\"}}}", REL_NONE, "", ""},
        {"{\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$e\",\"m.in_reply_to\":{\"event_id\":\"$r\"}}}",
         REL_THREAD, "$e", ""},
        {"{\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$e\"}}", REL_REPLACE, "$e", ""},
        {"{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$e\",\"key\":\"\\ud83d\\udc4d\"}}",
         REL_ANNOTATION, "$e", "👍"},
        {"{\"m.relates_to\":{\"rel_type\":\"m.reference\",\"event_id\":\"$e\",\"key\":\"k\"}}", REL_REFERENCE, "$e",
         ""},
        {"{\"m.relates_to\":{\"rel_type\":\"org.x\",\"event_id\":\"$e\"}}", REL_OTHER, "$e", ""},
        {"{\"m.relates_to\":{\"rel_type\":\"m.thread\"}}", REL_NONE, "", ""},
        {"{\"m.relates_to\":{\"event_id\":\"$e\"}}", REL_NONE, "", ""},
        {"{\"m.relates_to\":{\"rel_type\":1,\"event_id\":\"$e\"}}", REL_NONE, "", ""},
        {"{\"m.relates_to\":\"$e\"}", REL_NONE, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct event_draft draft = draft_of("m.room.message", NULL, cases[i].content);
        const struct event *event = build("12", &draft);
        assert_int_equal(event->relation, cases[i].kind);
        assert_true(str_eq(event->relates_to, str_of(cases[i].target)));
        assert_true(str_eq(event->relation_key, str_of(cases[i].key)));
        event_unref(&event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_ids_are_the_reference_hashes),
        cmocka_unit_test(create_events_hash_to_their_known_ids),
        cmocka_unit_test(the_stored_form_is_canonical_json),
        cmocka_unit_test(clients_see_redacts_in_both_places),
        cmocka_unit_test(the_other_forms_add_what_was_asked_for),
        cmocka_unit_test(strings_that_need_escapes_are_kept_in_plain),
        cmocka_unit_test(the_short_way_back_ends_where_the_long_one_does),
        cmocka_unit_test(redaction_keeps_what_the_version_says),
        cmocka_unit_test(redaction_keeps_less_in_older_versions),
        cmocka_unit_test(an_event_id_has_the_form_of_its_version),
        cmocka_unit_test(an_id_of_another_form_is_none),
        cmocka_unit_test(tampering_with_stored_bytes_is_noticed),
        cmocka_unit_test(an_event_may_have_65536_bytes_and_no_more),
        cmocka_unit_test(ids_may_have_255_bytes_and_no_more),
        cmocka_unit_test(what_is_no_canonical_json_is_refused),
        cmocka_unit_test(what_was_accepted_can_be_read_again_however_deep),
        cmocka_unit_test(relations_are_read_once),
    };
    return cmocka_run_group_tests(tests, room_set_up, NULL);
}
