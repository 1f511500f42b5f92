/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a number is told of an invite (obligations 1.8, 1.9). */
#include "notify/invite_message.h"
#include "support/cmocka.h"

static bool names(const char *inviter)
{
    bool named = true;
    static const char *const nobody[LANGUAGE_COUNT] = {[LANGUAGE_EN] = "somebody", [LANGUAGE_ZH_CN] = "有人"};
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        struct strbuf text = STRBUF_INIT;
        invite_message(&text, (enum language)i, S("Example"), str_of(inviter), S("https://chat.example.org"));
        assert_true(str_contains(strbuf_str(&text), S("Example")));
        assert_true(str_contains(strbuf_str(&text), S("https://chat.example.org ")));
        assert_true(str_contains(strbuf_str(&text), i == LANGUAGE_ZH_CN ? S("TD") : S("STOP")));
        named = named && str_contains(strbuf_str(&text), str_of(inviter))
                && !str_contains(strbuf_str(&text), str_of(nobody[i]));
        strbuf_fini(&text);
    }
    return named;
}

static void an_invite_says_who_invites(void **state)
{
    static const char *const plain[] = {"Ada", "Ada Lovelace", "Jean-Luc O'Neill", "李雷",
                                        "Зоя", "Ñandú",        "김철수",           "Ὀδυσσεύς"};
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (!names(plain[i]))
            fail_msg("%s is not named", plain[i]);
}

static void a_name_that_could_be_something_else_is_not_said(void **state)
{
    static const char *const tricks[] = {"",
                                         " ",
                                         "evil.example",
                                         "https://evil",
                                         "evil。example",
                                         "evil．example",
                                         "call 0190",
                                         "Ada\nYour code is",
                                         "Ada  Lovelace",
                                         "Ada ",
                                         "-Ada",
                                         "Ada\u202egro",
                                         "Ada\u200b",
                                         "4711",
                                         "a@b",
                                         "Ada: pay now",
                                         "\xff",
                                         "Abcdefghijklmnopqrstuvwxyzabcdefg"};
    (void)state;
    for (size_t i = 0; i < sizeof tricks / sizeof *tricks; i++)
        if (names(tricks[i]))
            fail_msg("%s is named", tricks[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_says_who_invites),
        cmocka_unit_test(a_name_that_could_be_something_else_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
