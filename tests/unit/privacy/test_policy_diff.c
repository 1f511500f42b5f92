/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/policy_clause.h"
#include "privacy/policy_diff.h"
#include "support/cmocka.h"

static void expect(const char *from, const char *to, const char *html)
{
    struct arena arena = ARENA_INIT;
    struct strbuf out = STRBUF_INIT;
    policy_diff_write(&arena, str_of(from), str_of(to), &out);
    assert_string_equal(out.ptr ? out.ptr : "", html);
    strbuf_fini(&out);
    arena_fini(&arena);
}

static void test_6_4_wordings_are_compared_word_by_word_and_chinese_sign_by_sign(void **state)
{
    (void)state;
    expect("We keep it.", "We keep it.", "We keep it.");
    expect("We keep it long.", "We do keep it.", "We <ins>do </ins>keep <del>it long.</del><ins>it.</ins>");
    expect("one two", "one **two** three", "one two<ins> three</ins>");
    expect("保存三十天", "保存六十天。", "保存<del>三</del><ins>六</ins>十天<ins>。</ins>");
    expect("", "a <b>", "<ins>a &lt;b&gt;</ins>");
    expect("gone", "", "<del>gone</del>");
}

static void test_6_4_clauses_that_are_gone_stand_where_they_stood(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct clause_change *changes;
    size_t count;
    policy_compare(&arena, S("# T\n## 0 A\n<!-- 0.1 --> a\n<!-- 0.2 --> b\n- <!-- 0.3 --> c\n- one\n"),
                   S("# T\n## 0 A\n<!-- 0.3 --> c\n- two\n<!-- 0.1 --> a\n<!-- 0.4 --> d\n"), &changes, &count);
    static const struct {
        const char *id;
        enum clause_status status;
    } expected[] = {{"title", CLAUSE_SAME}, {"0", CLAUSE_SAME},      {"0.3", CLAUSE_CHANGED},
                    {"0.1", CLAUSE_SAME},   {"0.2", CLAUSE_REMOVED}, {"0.4", CLAUSE_ADDED}};
    assert_int_equal(count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_eq((changes[i].to ? changes[i].to : changes[i].from)->id, str_of(expected[i].id)));
        assert_int_equal(changes[i].status, expected[i].status);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_6_4_wordings_are_compared_word_by_word_and_chinese_sign_by_sign),
        cmocka_unit_test(test_6_4_clauses_that_are_gone_stand_where_they_stood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
