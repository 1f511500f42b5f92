/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"
#include "support/cmocka.h"

/* Two services: irc keeps @_irc_.* for itself and shares @shared_.*; log shares everybody. */
static const char *const TEXTS[] = {
    "id: irc\nurl: null\nas_token: irc-as\nhs_token: irc-hs\nsender_localpart: ircbot\nprotocols: [irc]\n"
    "namespaces:\n"
    "  users:\n"
    "  - {exclusive: true, regex: '@_irc_.*'}\n"
    "  - {exclusive: false, regex: '@shared_[a-z]+:parley\\.test$'}\n"
    "  aliases:\n"
    "  - {exclusive: true, regex: '#_irc_.*'}\n"
    "  rooms:\n"
    "  - {exclusive: false, regex: '!watched.*'}\n",
    "id: log\nurl: null\nas_token: log-as\nhs_token: log-hs\nsender_localpart: logger\n"
    "namespaces:\n"
    "  users:\n"
    "  - {exclusive: false, regex: '@.*'}\n",
};

struct pair {
    struct arena arena;
    struct appservices all;
    const struct appservice *items[2];
    const struct appservice *irc, *log;
};

static int setup(void **state)
{
    static struct pair pair;
    struct error err = {.text = ""};
    if (crypto_init() != RC_OK)
        return -1;
    for (int i = 0; i < 2; i++)
        if (appservice_read_text(&pair.arena, "file", str_of(TEXTS[i]), S("parley.test"), &pair.items[i], &err)
            != RC_OK)
            fail_msg("%s", err.text);
    pair.irc = pair.items[0];
    pair.log = pair.items[1];
    pair.all = (struct appservices){pair.items, 2};
    *state = &pair;
    return 0;
}

static int teardown(void **state)
{
    arena_fini(&((struct pair *)*state)->arena);
    return 0;
}

static void an_expression_begins_at_the_beginning_of_the_whole_id(void **state)
{
    const struct pair *pair = *state;
    assert_true(appservice_owns_user(pair->irc, S("@_irc_ada:parley.test")));
    assert_true(appservice_owns_user(pair->irc, S("@shared_a:parley.test")));
    assert_false(appservice_owns_user(pair->irc, S("@x@_irc_ada:parley.test")));
    assert_false(appservice_owns_user(pair->irc, S("@shared_1:parley.test")));
    assert_false(appservice_owns_user(pair->irc, S("@ada:parley.test")));
    assert_true(appservice_owns_alias(pair->irc, S("#_irc_tea:parley.test")));
    assert_false(appservice_owns_alias(pair->irc, S("#tea:parley.test")));
    assert_true(appservice_owns_room(pair->irc, S("!watched:parley.test")));
    assert_false(appservice_owns_room(pair->irc, S("!other:parley.test")));
    assert_false(appservice_owns_room(pair->log, S("!watched:parley.test")));
}

static void its_own_account_is_its_own_without_a_namespace(void **state)
{
    const struct pair *pair = *state;
    assert_true(appservice_owns_user(pair->irc, S("@ircbot:parley.test")));
    assert_ptr_equal(appservices_keeper_of_user(&pair->all, S("@ircbot:parley.test"), NULL), pair->irc);
    assert_ptr_equal(appservices_keeper_of_user(&pair->all, S("@ircbot:parley.test"), pair->log), pair->irc);
    assert_null(appservices_keeper_of_user(&pair->all, S("@ircbot:parley.test"), pair->irc));
}

static void only_users_of_this_server_are_owned(void **state)
{
    const struct pair *pair = *state;
    assert_false(appservice_owns_user(pair->irc, S("@_irc_ada:elsewhere.test")));
    assert_false(appservice_owns_user(pair->log, S("@ada:parley.test.evil")));
    assert_null(appservices_keeper_of_user(&pair->all, S("@_irc_ada:elsewhere.test"), NULL));
}

static void only_an_exclusive_namespace_keeps_others_out(void **state)
{
    const struct pair *pair = *state;
    assert_ptr_equal(appservices_keeper_of_user(&pair->all, S("@_irc_ada:parley.test"), NULL), pair->irc);
    assert_ptr_equal(appservices_keeper_of_user(&pair->all, S("@_irc_ada:parley.test"), pair->log), pair->irc);
    assert_null(appservices_keeper_of_user(&pair->all, S("@_irc_ada:parley.test"), pair->irc));
    assert_null(appservices_keeper_of_user(&pair->all, S("@shared_a:parley.test"), NULL));
    assert_ptr_equal(appservices_keeper_of_alias(&pair->all, S("#_irc_tea:parley.test"), pair->log), pair->irc);
    assert_null(appservices_keeper_of_alias(&pair->all, S("#_irc_tea:parley.test"), pair->irc));
    assert_null(appservices_keeper_of_alias(&pair->all, S("#tea:parley.test"), NULL));
}

/* '@(a|aa)*[bc]' takes ever longer on a longer row of a's. */
static void an_id_on_which_matching_takes_too_long_is_nobodys(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const struct appservice *slow;
    struct strbuf id = STRBUF_INIT;
    assert_int_equal(appservice_read_text(&arena, "file",
                                          S("id: slow\nurl: null\nas_token: a\nhs_token: h\nsender_localpart: slow\n"
                                            "namespaces: {users: [{exclusive: true, regex: '@(a|aa)*[bc]'}]}\n"),
                                          S("parley.test"), &slow, NULL),
                     RC_OK);
    struct appservices only = {&slow, 1};
    strbuf_add_char(&id, '@');
    for (int i = 0; i < 200; i++)
        strbuf_add_char(&id, 'a');
    strbuf_add(&id, S(":parley.test"));
    assert_false(appservice_owns_user(slow, strbuf_str(&id)));
    assert_ptr_equal(appservices_keeper_of_user(&only, strbuf_str(&id), NULL), slow);
    assert_null(appservices_keeper_of_user(&only, S("@d:parley.test"), NULL));
    strbuf_fini(&id);
    arena_fini(&arena);
}

static void a_service_is_found_by_its_token_id_and_protocol(void **state)
{
    const struct pair *pair = *state;
    struct appservices none = {0};
    assert_ptr_equal(appservices_find_token(&pair->all, S("irc-as")), pair->irc);
    assert_ptr_equal(appservices_find_token(&pair->all, S("log-as")), pair->log);
    assert_null(appservices_find_token(&pair->all, S("irc-hs")));
    assert_null(appservices_find_token(&pair->all, S("")));
    assert_null(appservices_find_token(&none, S("irc-as")));
    assert_ptr_equal(appservices_find_id(&pair->all, S("log")), pair->log);
    assert_null(appservices_find_id(&pair->all, S("lo")));
    assert_ptr_equal(appservices_find_protocol(&pair->all, S("irc")), pair->irc);
    assert_null(appservices_find_protocol(&pair->all, S("xmpp")));
}

static void a_network_is_known_by_its_service_and_name(void **state)
{
    const struct pair *pair = *state;
    struct arena arena = ARENA_INIT;
    str network;
    assert_true(str_eq(appservice_instance_id(&arena, pair->irc, S("free|net")), S("irc|free|net")));
    assert_ptr_equal(appservices_find_instance(&pair->all, S("irc|free|net"), &network), pair->irc);
    assert_true(str_eq(network, S("free|net")));
    assert_ptr_equal(appservices_find_instance(&pair->all, S("log|"), &network), pair->log);
    assert_int_equal(network.len, 0);
    assert_null(appservices_find_instance(&pair->all, S("irc"), &network));
    assert_null(appservices_find_instance(&pair->all, S("ircx|net"), &network));
    assert_null(appservices_find_instance(&pair->all, S(""), &network));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expression_begins_at_the_beginning_of_the_whole_id),
        cmocka_unit_test(its_own_account_is_its_own_without_a_namespace),
        cmocka_unit_test(only_users_of_this_server_are_owned),
        cmocka_unit_test(only_an_exclusive_namespace_keeps_others_out),
        cmocka_unit_test(an_id_on_which_matching_takes_too_long_is_nobodys),
        cmocka_unit_test(a_network_is_known_by_its_service_and_name),
        cmocka_unit_test(a_service_is_found_by_its_token_id_and_protocol),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
