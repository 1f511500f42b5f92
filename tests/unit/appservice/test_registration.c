/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"
#include "support/cmocka.h"

#include <stdio.h>

/* What every registration needs but the line a case is about. */
#define ID "id: irc\n"
#define URL "url: http://127.0.0.1:9000\n"
#define AS "as_token: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
#define HS "hs_token: hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\n"
#define SENDER "sender_localpart: _irc_bot\n"
#define NONE "namespaces: {}\n"

static enum rc read_registration(struct arena *arena, const char *text, const struct appservice **ret_service,
                                 struct error *err)
{
    assert_int_equal(crypto_init(), RC_OK);
    return appservice_read_text(arena, "irc.yaml", str_of(text), S("parley.test"), ret_service, err);
}

static const struct appservice *good(struct arena *arena, const char *text)
{
    const struct appservice *service;
    struct error err = {.text = ""};
    if (read_registration(arena, text, &service, &err) != RC_OK)
        fail_msg("%s", err.text);
    return service;
}

static void a_registration_is_read_whole(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    const struct appservice *service =
        good(&arena, "id: \"IRC Bridge\"\n"
                     "url: \"https://bridge.example.org/irc/\"\n"
                     "as_token: '30c05ae90a248a4188e620216fa72e349803310ec83e2a77b34fe90be6081f46'\n"
                     "hs_token: 312df522183efd404ec1cd22d2ffa4bbc76a8c1ccf541dd692eef281356bb74e\n"
                     "sender_localpart: _irc_bot\n"
                     "rate_limited: false\n"
                     "receive_ephemeral: true\n"
                     "org.matrix.msc3202: yes\n"
                     "protocols: [irc, 'x.net']\n"
                     "namespaces:\n"
                     "  users:\n"
                     "    - exclusive: true\n"
                     "      regex: \"@_irc_.*\"\n"
                     "      group_id: +irc:example.org\n"
                     "  aliases:\n"
                     "    - {exclusive: false, regex: '#_irc_.*'}\n"
                     "    - {exclusive: true, regex: '#irc/.*'}\n"
                     "  rooms: []\n"
                     "future: {a: [b, {c: d}]}\n");
    crypto_token_hash(S("30c05ae90a248a4188e620216fa72e349803310ec83e2a77b34fe90be6081f46"), hash);
    assert_true(str_eq(service->id, S("IRC Bridge")));
    assert_true(str_eq(service->url, S("https://bridge.example.org/irc")));
    assert_memory_equal(service->as_token_hash, hash, sizeof hash);
    assert_true(str_eq(service->hs_token, S("312df522183efd404ec1cd22d2ffa4bbc76a8c1ccf541dd692eef281356bb74e")));
    assert_true(str_eq(service->sender_id, S("@_irc_bot:parley.test")));
    assert_false(service->rate_limited);
    assert_true(service->receive_ephemeral);
    assert_true(service->device_changes);
    assert_false(service->short_tokens);
    assert_int_equal(service->protocol_count, 2);
    assert_true(appservice_has_protocol(service, S("x.net")));
    assert_false(appservice_has_protocol(service, S("x.ne")));
    assert_int_equal(service->users.count, 1);
    assert_true(service->users.items[0].exclusive);
    assert_int_equal(service->aliases.count, 2);
    assert_false(service->aliases.items[0].exclusive);
    assert_true(str_eq(service->aliases.items[1].regex, S("#irc/.*")));
    assert_int_equal(service->rooms.count, 0);
    arena_fini(&arena);
}

static void what_is_left_out_has_its_default(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct appservice *service = good(&arena, ID "url: null\n" AS "hs_token: short\n" SENDER "namespaces:\n"
                                                       "protocols:\n");
    assert_int_equal(service->url.len, 0);
    assert_true(service->rate_limited);
    assert_false(service->receive_ephemeral);
    assert_false(service->device_changes);
    assert_true(service->short_tokens);
    assert_int_equal(service->protocol_count, 0);
    arena_fini(&arena);
}

static void the_older_name_for_ephemeral_events_is_known(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    assert_true(good(&arena, ID URL AS HS SENDER NONE "de.sorunome.msc2409.push_ephemeral: true\n")->receive_ephemeral);
    assert_false(good(&arena, ID URL AS HS SENDER NONE "de.sorunome.msc2409.push_ephemeral: true\n"
                                                       "receive_ephemeral: false\n")
                     ->receive_ephemeral);
    arena_fini(&arena);
}

static void a_mistake_is_told_with_file_line_and_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"", "irc.yaml:1: the file is empty"},
        {"- a\n", "irc.yaml:1: expected names and values, such as id: my-bridge"},
        {"id: a\n  b: c\n", "irc.yaml:2: not YAML: "},
        {"id: [a\n", "irc.yaml:2: not YAML: "},
        {ID URL AS HS SENDER NONE "---\nid: b\n",
         "irc.yaml:8: a second document begins; write one file for each service"},
        {URL AS HS SENDER NONE, "irc.yaml: id is missing; add a line id: …"},
        {ID AS HS SENDER NONE, "irc.yaml: url is missing; add a line url: …"},
        {ID URL HS SENDER NONE, "irc.yaml: as_token is missing; add a line as_token: …"},
        {ID URL AS SENDER NONE, "irc.yaml: hs_token is missing; add a line hs_token: …"},
        {ID URL AS HS NONE, "irc.yaml: sender_localpart is missing; add a line sender_localpart: …"},
        {ID URL AS HS SENDER, "irc.yaml: namespaces is missing; add a line namespaces: …"},
        {ID ID URL AS HS SENDER NONE, "irc.yaml:2: id is given twice; keep one of them"},
        {"id: [a]\n" URL AS HS SENDER NONE, "irc.yaml:1: id must be a text"},
        {"id: ''\n" URL AS HS SENDER NONE, "irc.yaml:1: id is empty"},
        {"id:\n" URL AS HS SENDER NONE, "irc.yaml:1: id must be a text"},
        {"id: \"a\\0b\"\n" URL AS HS SENDER NONE, "irc.yaml:1: id holds characters that cannot be printed"},
        {ID "url: bridge:9000\n" AS HS SENDER NONE, "irc.yaml:2: url must be an address such as "},
        {ID "url: http://\n" AS HS SENDER NONE, "irc.yaml:2: url must be an address such as "},
        {ID "url: http://a/?b=c\n" AS HS SENDER NONE, "irc.yaml:2: url must be an address such as "},
        {ID "url: http://me@host\n" AS HS SENDER NONE, "irc.yaml:2: url must be an address such as "},
        {ID URL "as_token: with a space\n" HS SENDER NONE, "irc.yaml:3: as_token may have letters, digits and signs"},
        {ID URL AS HS "sender_localpart: '@bot:x'\n" NONE, "irc.yaml:5: sender_localpart must be the part of a user"},
        {ID URL AS HS SENDER NONE "rate_limited: 'false'\n", "irc.yaml:7: rate_limited must be true or false"},
        {ID URL AS HS SENDER NONE "protocols: irc\n",
         "irc.yaml:7: protocols must be a list; write protocols: [] for none"},
        {ID URL AS HS SENDER "namespaces: []\n", "irc.yaml:6: namespaces must have users, aliases and rooms"},
        {ID URL AS HS SENDER "namespaces:\n  users: {}\n",
         "irc.yaml:7: users must be a list; write users: [] for none"},
        {ID URL AS HS SENDER "namespaces:\n  users:\n  - regex: '@a'\n",
         "irc.yaml:8: exclusive of a namespace is missing"},
        {ID URL AS HS SENDER "namespaces:\n  users:\n  - exclusive: true\n",
         "irc.yaml:8: regex of a namespace is missing"},
        {ID URL AS HS SENDER "namespaces:\n  users:\n  - {exclusive: true, regex: '@(a'}\n",
         "irc.yaml:8: regex is not a regular expression: at character 4: "},
        {ID URL AS HS SENDER "namespaces:\n  users: [a]\n", "irc.yaml:7: a namespace has a regex and exclusive"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        const struct appservice *service;
        struct error err = {.text = ""};
        assert_int_equal(read_registration(&arena, cases[i].text, &service, &err), RC_INVALID);
        if (!str_starts(str_of(err.text), str_of(cases[i].told)))
            fail_msg("case %zu: told \"%s\", not \"%s\"", i, err.text, cases[i].told);
        arena_fini(&arena);
    }
}

static void no_error_shows_a_token(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct appservice *service;
    struct error err = {.text = ""};
    assert_int_equal(read_registration(&arena, ID URL "as_token: SECRET thing\n" HS SENDER NONE, &service, &err),
                     RC_INVALID);
    assert_false(str_contains(str_of(err.text), S("SECRET")));
    assert_int_equal(read_registration(&arena, ID URL "as_token: 'SECRET\n  : [\n", &service, &err), RC_INVALID);
    assert_false(str_contains(str_of(err.text), S("SECRET")));
    arena_fini(&arena);
}

static void what_is_too_large_or_too_deep_is_refused(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct appservice *service;
    struct strbuf text = STRBUF_INIT;
    struct error err;
    strbuf_add(&text, S(ID URL AS HS SENDER "namespaces:\n  users:\n"));
    for (int i = 0; i <= APPSERVICE_MAX_NAMESPACES; i++)
        strbuf_add(&text, S("  - {exclusive: true, regex: a}\n"));
    assert_int_equal(read_registration(&arena, text.ptr, &service, &err), RC_INVALID);
    strbuf_clear(&text);
    strbuf_add(&text, S(ID URL AS HS SENDER NONE "x: "));
    for (int i = 0; i < 3000; i++)
        strbuf_add_char(&text, '[');
    assert_int_equal(read_registration(&arena, text.ptr, &service, &err), RC_INVALID);
    strbuf_clear(&text);
    strbuf_add(&text, S(ID URL AS HS SENDER NONE));
    for (int i = 0; i < 300; i++)
        strbuf_printf(&text, "x%d: 1\n", i);
    assert_int_equal(read_registration(&arena, text.ptr, &service, &err), RC_INVALID);
    while (text.len <= APPSERVICE_MAX_FILE)
        strbuf_add(&text, S("# filling\n"));
    assert_int_equal(read_registration(&arena, text.ptr, &service, &err), RC_TOO_LARGE);
    strbuf_fini(&text);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_registration_is_read_whole),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(the_older_name_for_ephemeral_events_is_known),
        cmocka_unit_test(a_mistake_is_told_with_file_line_and_what_to_do),
        cmocka_unit_test(no_error_shows_a_token),
        cmocka_unit_test(what_is_too_large_or_too_deep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
