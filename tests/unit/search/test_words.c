/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/words.h"

#include "base/strbuf.h"
#include "support/cmocka.h"

/* The words with | between them, + where they touch. */
static void assert_words(const char *text, const char *expected)
{
    struct arena arena = ARENA_INIT;
    struct strbuf said = STRBUF_INIT;
    struct words words = words_of(&arena, str_of(text));
    for (size_t i = 0; i < words.count; i++) {
        if (i)
            strbuf_add_char(&said, words.items[i].touches ? '+' : '|');
        strbuf_add(&said, words.items[i].text);
    }
    strbuf_add_char(&said, '\0');
    assert_string_equal(said.ptr, expected);
    strbuf_fini(&said);
    arena_fini(&arena);
}

struct words_case {
    const char *text, *words;
};

static void a_text_is_split_and_folded(void **state)
{
    (void)state;
    static const struct words_case cases[] = {
        {"", ""},
        {" .,;! ", ""},
        {"Hello, World", "hello|world"},
        {"don't 'quote' don’t", "dont|quote|dont"},
        {"a_b-c/d", "a|b|c|d"},
        {"Größe STRASSE Straße", "grosse|strasse|strasse"},
        {"Crème BRÛLÉE", "creme|brulee"},
        {"Cre\u0300me bru\u0302le\u0301e", "creme|brulee"}, /* accents as characters of their own */
        {"ﬁn ＦＵＬＬ", "fin|full"},
        {"Ωμέγα ΣΊΣΥΦΟΣ", "ωμεγα|σισυφοσ"},
        {"Ёлка ёлка", "елка|елка"},
        {"İstanbul", "istanbul"},
        {"3.14 №5", "3|14|no|5"},
        {"北京", "北+京"},
        {"我 在 北京。上海", "我|在|北+京|上+海"},
        {"在Berlin开会", "在|berlin|开+会"},
        {"がぎ か\u3099", "が+ぎ|が"}, /* not か: another letter, however it is written */
        {"ﾗｰﾒﾝ ｶﾞ", "ラ+ー+メ+ン|ガ"},
        {"한국어 \u1112\u1161\u11ab", "한+국+어|ᄒ+ᅡ+ᆫ"},
        {"ภาษาที่", "ภ+า+ษ+า+ที่"},
        {"🎉🎊 👍🏽", "🎉+🎊|👍"},
        {"👨‍👩‍👧", "👨|👩|👧"},
        {"\u200bzero\u200dwidth", "zerowidth"},
        {"a\xff\xfe"
         "b \xe4\xbd",
         "a|b"}, /* not UTF-8 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_words(cases[i].text, cases[i].words);
}

static void a_word_knows_where_it_stands(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    const char *text = "ein Gruß, 你好";
    struct words words = words_of(&arena, str_of(text));
    assert_int_equal(words.count, 4);
    static const char *const places[] = {"ein", "Gruß", "你", "好"};
    for (size_t i = 0; i < words.count; i++)
        assert_true(
            str_eq((str){text + words.items[i].from, words.items[i].to - words.items[i].from}, str_of(places[i])));
    arena_fini(&arena);
}

static void what_is_too_long_is_cut(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct strbuf text = STRBUF_INIT;
    for (int i = 0; i < 200; i++)
        strbuf_add(&text, S("ä"));
    struct words words = words_of(&arena, strbuf_str(&text));
    assert_int_equal(words.count, 1);
    assert_int_equal(words.items[0].text.len, WORD_MAX_BYTES);
    strbuf_clear(&text);
    for (int i = 0; i < WORDS_MAX + 10; i++)
        strbuf_add(&text, S("w "));
    assert_int_equal(words_of(&arena, strbuf_str(&text)).count, WORDS_MAX);
    strbuf_fini(&text);
    arena_fini(&arena);
}

/* ASCII takes a way of its own; its full-width forms, which are the same letters, take the other. */
static void ascii_is_split_as_its_full_width_forms_are(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (unsigned c = '!'; c <= '~'; c++) {
        if (c == '\'') /* joins in ASCII alone */
            continue;
        const char narrow[] = {'x', (char)c, 'y', 0};
        unsigned full = c + 0xfee0;
        const char wide[] = {
            'x', (char)(0xe0 | full >> 12), (char)(0x80 | (full >> 6 & 63)), (char)(0x80 | (full & 63)), 'y', 0};
        struct words a = words_of(&arena, str_of(narrow)), b = words_of(&arena, str_of(wide));
        assert_int_equal(a.count, b.count);
        for (size_t i = 0; i < a.count; i++)
            assert_true(str_eq(a.items[i].text, b.items[i].text));
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_split_and_folded), cmocka_unit_test(ascii_is_split_as_its_full_width_forms_are),
        cmocka_unit_test(a_word_knows_where_it_stands), cmocka_unit_test(what_is_too_long_is_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
