/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/config.h"
#include "support/cmocka.h"

static int setup(void **state)
{
    static struct config config;
    config_init(&config);
    *state = &config;
    return 0;
}

static int teardown(void **state)
{
    config_fini(*state);
    return 0;
}

static void keys_are_read_into_plain_fields(void **state)
{
    struct config *config = *state;
    const char *text = "# a comment\r\n\n; another\n[server]\nname = chat.example.org\r\n  workers=3 \n[registration]\n"
                       "open = no\n[media]\nmax_upload_bytes = 2 MiB\n[log]\nformat = json\n[limits]\n"
                       "message = 5/min burst 7\n[operator]\nname = A = B, Ltd. # 3\n";
    struct error err = {.text = ""};
    assert_int_equal(config_read_text(config, "parley.conf", str_of(text), &err), RC_OK);
    assert_true(str_eq(config->server.name, S("chat.example.org")));
    assert_int_equal(config->server.workers, 3);
    assert_false(config->registration.open);
    assert_int_equal(config->media.max_upload_bytes, 2 << 20);
    assert_int_equal(config->log.format, CONFIG_LOG_JSON);
    assert_int_equal(config->limits.message.per_minute, 5);
    assert_int_equal(config->limits.message.burst, 7);
    assert_true(str_eq(config->operator.name, S("A = B, Ltd. # 3")));
    assert_true(config_is_given(config, S("server.workers")));
    assert_false(config_is_given(config, S("server.region")));
}

static void a_mistake_names_file_line_and_what_was_expected(void **state)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"[media]\nmax_upload = 1 MiB\n",
         "parley.conf:2: unknown key \"media.max_upload\"; did you mean \"max_upload_bytes\"?"},
        {"[medai]\nx = 1\n", "parley.conf:2: unknown section in \"medai.x\"; did you mean \"media\"?"},
        {"\n\n[server]\nworkers = many\n",
         "parley.conf:4: server.workers: \"many\" is not a whole number from 0 to 256"},
        {"[server]\nworkers = 257\n", "parley.conf:2: server.workers: \"257\" is not a whole number from 0 to 256"},
        {"[media]\nmax_upload_bytes = 1 parsec\n",
         "parley.conf:2: media.max_upload_bytes: \"1 parsec\" is not a size from 1 KiB to 10 GiB"},
        {"[log]\nlevel = loud\n", "parley.conf:2: log.level: \"loud\" is not debug, info, warn or error"},
        {"[server]\nname = a\nname = b\n", "parley.conf:3: server.name is set twice"},
        {"name = a\n", "parley.conf:1: \"name \" stands before any [section]"},
        {"[server\n", "parley.conf:1: expected ] at the end of a section's line"},
        {"[server]\nname\n", "parley.conf:2: expected [section], key = value or a comment after #"},
        {"[registration]\nopen = maybe\n", "parley.conf:2: registration.open: \"maybe\" is not yes or no"},
        {"[limits]\nread = 5\n", "parley.conf:2: limits.read: \"5\" is not a rate such as 300/min burst 60"},
        {"[proxy]\ntrusted = 10.0.0.1, proxy\n",
         "parley.conf:2: proxy.trusted: \"10.0.0.1, proxy\" is not IP addresses, separated by commas"},
        {"[listen]\naddress = ftp://x:1\n", "parley.conf:2: listen.address: \"ftp://x:1\" is not addresses such as "
                                            "https://0.0.0.0:443, separated by commas"},
        {"[server]\nname =\n", "parley.conf:2: server.name: \"\" is not a host name with an optional port"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        struct error err = {.text = ""};
        config_init(&config);
        assert_int_equal(config_read_text(&config, "parley.conf", str_of(cases[i].text), &err), RC_INVALID);
        assert_string_equal(err.text, cases[i].error);
        config_fini(&config);
    }
}

static void a_list_grows_in_the_file_and_is_replaced_by_the_command_line(void **state)
{
    struct config *config = *state;
    const str text = S("[listen]\naddress = https://a:1, https://b:2\naddress = https://c:3\n"
                       "[turn]\nuris = turn:a.example\nuris = turns:b.example\n");
    assert_int_equal(config_read_text(config, "f", text, NULL), RC_OK);
    assert_int_equal(config->listen.urls.count, 3);
    assert_int_equal(config->turn.uris.count, 2);
    assert_int_equal(config_set(config, S("listen.address"), S("http://127.0.0.1:9"), NULL), RC_OK);
    assert_int_equal(config->listen.urls.count, 1);
    assert_int_equal(config_set(config, S("listen.address"), S("https://[::1]:10"), NULL), RC_OK);
    assert_int_equal(config->listen.urls.count, 2);
    assert_true(str_eq(config->listen.urls.items[0], S("http://127.0.0.1:9")));
}

static void the_command_line_wins_whatever_is_read_first(void **state)
{
    struct config *config = *state;
    assert_int_equal(config_set_assignment(config, S("server.name=one"), NULL), RC_OK);
    assert_int_equal(config_read_text(config, "f", S("[server]\nname = two\n"), NULL), RC_OK);
    assert_true(str_eq(config->server.name, S("one")));
    assert_int_equal(config_set_assignment(config, S("server.name = three"), NULL), RC_OK);
    assert_true(str_eq(config->server.name, S("three")));
}

static void an_assignment_has_an_equals_sign_and_a_known_key(void **state)
{
    struct error err;
    assert_int_equal(config_set_assignment(*state, S("server.name"), &err), RC_INVALID);
    assert_int_equal(config_set_assignment(*state, S("name=x"), &err), RC_INVALID);
    assert_int_equal(config_set_assignment(*state, S("registration.dumy=yes"), &err), RC_INVALID);
    assert_string_equal(err.text, "unknown key \"registration.dumy\"; did you mean \"dummy\"?");
}

static void a_missing_file_is_told_apart(void **state)
{
    struct error err;
    assert_int_equal(config_read_file(*state, SOURCE_DIR "/no/such/file", &err), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_are_read_into_plain_fields, setup, teardown),
        cmocka_unit_test(a_mistake_names_file_line_and_what_was_expected),
        cmocka_unit_test_setup_teardown(a_list_grows_in_the_file_and_is_replaced_by_the_command_line, setup, teardown),
        cmocka_unit_test_setup_teardown(the_command_line_wins_whatever_is_read_first, setup, teardown),
        cmocka_unit_test_setup_teardown(an_assignment_has_an_equals_sign_and_a_known_key, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_file_is_told_apart, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
