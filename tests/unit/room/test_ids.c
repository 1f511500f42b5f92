/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/room.h"

static void identifiers_have_a_grammar(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        bool user, alias;
    } cases[] = {
        {"@a:b", true, false},
        {"@a.b_c=d/e+f-9:parley.test:8448", true, false},
        {"@a:[::1]", true, false},
        {"@a:[::1]:1", true, false},
        {"@a:1.2.3.4", true, false},
        {"@:b", false, false},
        {"@a:", false, false},
        {"@a", false, false},
        {"a:b", false, false},
        {"", false, false},
        {"@A:b", false, false},
        {"@a b:c", false, false},
        {"@ü:b", false, false},
        {"@a:b_c", false, false},
        {"@a:b:", false, false},
        {"@a:b:x", false, false},
        {"@a:b:123456", false, false},
        {"@a:[::1", false, false},
        {"@a:[::1]x", false, false},
        {"@a:[g]", false, false},
        {"#tea:parley.test", false, true},
        {"#Tee & Kuchen ü:parley.test", false, true},
        {"#:parley.test", false, false},
        {"#tea", false, false},
        {"#tea:", false, false},
        {"#\xff:parley.test", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (user_id_is_valid(str_of(cases[i].id)) != cases[i].user
            || room_alias_is_valid(str_of(cases[i].id)) != cases[i].alias)
            fail_msg("%s", cases[i].id);
    }
    char user[257] = "@";
    memset(user + 1, 'a', 255);
    memcpy(user + 252, ":b.c", 4);
    assert_false(user_id_is_valid(str_from(user, 256)));
    memcpy(user + 251, ":b.c", 4);
    assert_true(user_id_is_valid(str_from(user, 255)));
    assert_false(room_alias_is_valid(str_from("#a\0b:c", 6)));
    assert_true(str_eq(id_server_name(S("@a:b:1")), S("b:1")));
    assert_null(id_server_name(S("$x")).ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_have_a_grammar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
