/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/gateway.h"

#include "support/cmocka.h"
#include "json/json.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static const struct pusher pusher = {
    .app_id = STR_INIT("org.example.app"),
    .pushkey = STR_INIT("key"),
    .set_ms = 1700000001999,
    .data = STR_INIT("{\"url\":\"https://push.example.org/_matrix/push/v1/notify\",\"format\":\"event_id_only\","
                     "\"own\":{\"a\":1}}"),
};

static str body_of(const struct said *said)
{
    str body;
    assert_int_equal(gateway_body(&arena, &pusher, said, &body), RC_OK);
    return body;
}

/* All of it: a member more would be one that nobody has decided to send. */
static void test_1_11_a_notice_says_which_event_and_how_loudly(void **state)
{
    (void)state;
    const struct said said = {.event_id = S("$event"),
                              .room_id = S("!room:example.org"),
                              .highlight = true,
                              .sound = true,
                              .hurried = true,
                              .unread = 3};
    str expected = S("{\"notification\":{\"event_id\":\"$event\",\"room_id\":\"!room:example.org\",\"prio\":\"high\","
                     "\"counts\":{\"unread\":3},\"devices\":[{\"app_id\":\"org.example.app\",\"pushkey\":\"key\","
                     "\"pushkey_ts\":1700000001,\"data\":{\"format\":\"event_id_only\",\"own\":{\"a\":1}},"
                     "\"tweaks\":{\"sound\":\"default\",\"highlight\":true}}]}}");
    str body = body_of(&said);
    assert_int_equal(body.len, expected.len);
    assert_memory_equal(body.ptr, expected.ptr, expected.len);
}

static void a_count_alone_names_no_event(void **state)
{
    (void)state;
    const struct said said = {.unread = 0};
    str body = body_of(&said);
    assert_false(str_contains(body, S("event_id\"")) || str_contains(body, S("room_id")));
    assert_true(str_contains(body, S("\"counts\":{\"unread\":0}")) && str_contains(body, S("\"prio\":\"low\"")));
    assert_true(str_contains(body, S("\"tweaks\":{}")));
}

static void a_call_rings(void **state)
{
    (void)state;
    const struct said said = {.event_id = S("$event"), .room_id = S("!room"), .sound = true, .ring = true};
    assert_true(str_contains(body_of(&said), S("\"sound\":\"ring\"")));
}

static void only_a_list_with_the_key_rejects_it(void **state)
{
    (void)state;
    assert_true(gateway_rejects(S("{\"rejected\":[\"other\",\"key\"]}"), S("key")));
    const str others[] = {STR_INIT("{\"rejected\":[]}"),      STR_INIT("{\"rejected\":[\"key2\",7]}"),
                          STR_INIT("{\"rejected\":\"key\"}"), STR_INIT("[\"key\"]"),
                          STR_INIT("<html>key</html>"),       STR_INIT("")};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(gateway_rejects(others[i], S("key")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_1_11_a_notice_says_which_event_and_how_loudly),
        cmocka_unit_test(a_count_alone_names_no_event),
        cmocka_unit_test(a_call_rings),
        cmocka_unit_test(only_a_list_with_the_key_rejects_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
