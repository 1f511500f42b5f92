/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a number or an e-mail address is told of an invite (obligations 1.8, 1.9). */
#include "notify/invite_message.h"
#include "support/cmocka.h"

static struct invite_words words_of(int language, const char *inviter)
{
    return (struct invite_words){.language = (enum language)language,
                                 .operator_name = S("Example"),
                                 .host = S("chat.example.org"),
                                 .inviter = str_of(inviter),
                                 .url = S("https://chat.example.org")};
}

static bool says_who(str text, int language, const char *inviter)
{
    static const char *const nobody[LANGUAGE_COUNT] = {[LANGUAGE_EN] = "somebody", [LANGUAGE_ZH_CN] = "有人"};
    return str_contains(text, str_of(inviter)) && !str_contains(text, str_of(nobody[language]));
}

static bool mail_names(int language, const char *inviter)
{
    struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT;
    const struct invite_words words = words_of(language, inviter);
    invite_mail(&subject, &text, &words);
    bool named = says_who(strbuf_str(&text), language, inviter);
    assert_true(str_starts(strbuf_str(&subject), S("Example")));
    assert_false(str_contains(strbuf_str(&subject), S("\n")));
    assert_true(str_contains(strbuf_str(&text), S("\nhttps://chat.example.org\n")));
    assert_true(str_ends(strbuf_str(&text), S("\n-- \nExample\nchat.example.org\n")));
    strbuf_fini(&subject);
    strbuf_fini(&text);
    return named;
}

static bool names(const char *inviter)
{
    bool named = true;
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        struct strbuf text = STRBUF_INIT;
        const struct invite_words words = words_of(i, inviter);
        invite_sms(&text, &words);
        assert_true(str_contains(strbuf_str(&text), S("Example")));
        assert_true(str_contains(strbuf_str(&text), S("https://chat.example.org ")));
        assert_true(str_contains(strbuf_str(&text), i == LANGUAGE_ZH_CN ? S("TD") : S("STOP")));
        bool sms_names = says_who(strbuf_str(&text), i, inviter);
        strbuf_fini(&text);
        assert_int_equal(sms_names, mail_names(i, inviter));
        named = named && sms_names;
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

static void a_mail_is_in_the_language_asked_for_and_its_subject_names_nobody(void **state)
{
    static const char *const subjects[LANGUAGE_COUNT] = {
        [LANGUAGE_EN] = "Example: An invite to a chat", [LANGUAGE_ZH_CN] = "Example：邀请您聊天"};
    (void)state;
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        struct strbuf subject = STRBUF_INIT, text = STRBUF_INIT;
        const struct invite_words words = words_of(i, "Ada");
        invite_mail(&subject, &text, &words);
        assert_true(str_eq(strbuf_str(&subject), str_of(subjects[i])));
        strbuf_fini(&subject);
        strbuf_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invite_says_who_invites),
        cmocka_unit_test(a_name_that_could_be_something_else_is_not_said),
        cmocka_unit_test(a_mail_is_in_the_language_asked_for_and_its_subject_names_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
