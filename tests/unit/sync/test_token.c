/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"
#include "sync/token.h"

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    struct sync_token token = {.pos = 12345678901, .typing = 7, .presence = 9, .to_device = 12345678901}, back;
    sync_token_add(&text, &token, 42);
    assert_int_equal(sync_token_parse(strbuf_str(&text), 42, &back), RC_OK);
    assert_memory_equal(&token, &back, sizeof token);
    strbuf_fini(&text);
}

static void a_token_says_how_far_messages_to_the_device_reach(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    struct sync_token token = {.pos = 500, .typing = 7, .presence = 9, .to_device = 420, .carried = true}, back;
    sync_token_add(&text, &token, 42);
    assert_int_equal(sync_token_parse(strbuf_str(&text), 42, &back), RC_OK);
    assert_true(back.carried && back.to_device == 420 && back.pos == 500 && back.typing == 7);
    assert_int_equal(sync_token_parse(strbuf_str(&text), 43, &back), RC_OK);
    assert_true(back.carried && back.to_device == 420);
    assert_int_equal(sync_token_parse(S("s500"), 42, &back), RC_OK);
    assert_true(!back.carried && back.to_device == 500);
    strbuf_fini(&text);
}

static void what_was_in_memory_is_forgotten_by_another_process(void **state)
{
    (void)state;
    struct sync_token token;
    assert_int_equal(sync_token_parse(S("s5_7_9_1"), 2, &token), RC_OK);
    assert_int_equal(token.pos, 5);
    assert_int_equal(token.typing, 0);
    assert_int_equal(token.presence, 0);
}

static void foreign_tokens_are_refused(void **state)
{
    (void)state;
    const str bad[] = {S(""),
                       S("s"),
                       S("5"),
                       S("x5"),
                       S("s-5"),
                       S("s5_1"),
                       S("s5_1_2_3_6"),
                       S("s5_1_2_3_-1"),
                       S("s5_1_2_3_4_5"),
                       S("s5_a_b_c"),
                       S("s99999999999999999999")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sync_token token;
        assert_int_equal(sync_token_parse(bad[i], 1, &token), RC_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_token_says_how_far_messages_to_the_device_reach),
        cmocka_unit_test(what_was_in_memory_is_forgotten_by_another_process),
        cmocka_unit_test(foreign_tokens_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
