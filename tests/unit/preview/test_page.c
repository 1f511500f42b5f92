/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "base/strbuf.h"
#include "preview/page.h"

static struct arena arena = ARENA_INIT;

static struct preview_page read_as(str html, str charset)
{
    struct preview_page page;
    assert_int_equal(preview_page_read(html, charset, &arena, &page), RC_OK);
    return page;
}

#define READ(html) read_as(S(html), STR_NONE)
#define CHECK_STR(got, expected)                                                                                       \
    do {                                                                                                               \
        str got_ = (got), expected_ = str_of(expected);                                                                \
        assert_int_equal(got_.len, expected_.len);                                                                     \
        if (got_.len)                                                                                                  \
            assert_memory_equal(got_.ptr, expected_.ptr, expected_.len);                                               \
    } while (0)

static void a_page_says_what_it_is_about(void **state)
{
    (void)state;
    struct preview_page page =
        READ("<!doctype html><html><head><title>Plain</title>"
             "<meta property=\"og:title\" content=\"Tea &amp; cake\">"
             "<meta content='All about\n  tea' name=description>"
             "<meta property=og:site_name content=Leaves><meta property='og:type' content='article'>"
             "<meta property='og:image' content='/tea.png?a=1&amp;b=2'></head><body></body></html>");
    CHECK_STR(page.title, "Tea & cake");
    CHECK_STR(page.description, "All about tea");
    CHECK_STR(page.site_name, "Leaves");
    CHECK_STR(page.type, "article");
    CHECK_STR(page.image, "/tea.png?a=1&b=2");
}

static void a_page_that_knows_no_graph_has_its_title(void **state)
{
    (void)state;
    CHECK_STR(READ("<head><title>\n Tea\n and  cake </title>").title, "Tea and cake");
    CHECK_STR(READ("<TITLE>Tea</TITLE><META NAME=\"Twitter:Title\" CONTENT=\"Cake\">").title, "Cake");
}

static void what_stands_in_the_body_says_nothing(void **state)
{
    (void)state;
    struct preview_page page = READ("<html><head></head><body><meta property=og:title content=Injected>"
                                    "<title>Injected</title></body></html>");
    CHECK_STR(page.title, "");
}

static void nothing_is_said_by_what_is_no_page(void **state)
{
    (void)state;
    CHECK_STR(READ("").title, "");
    CHECK_STR(READ("{\"title\":\"no\"}").title, "");
    CHECK_STR(READ("<meta><meta content=x><meta property=og:title>").title, "");
}

static void other_charsets_become_utf_8(void **state)
{
    (void)state;
    static const char gbk[] = "<html><head><title>\xd6\xd0\xce\xc4</title></head>";
    static const char declared[] = "<html><head><meta charset=\"gbk\"><title>\xd6\xd0\xce\xc4</title></head>";
    CHECK_STR(read_as(str_of(gbk), S("gbk")).title, "中文");
    CHECK_STR(read_as(str_of(declared), STR_NONE).title, "中文");
    CHECK_STR(read_as(S("<meta charset=utf-8><title>中文</title>"), STR_NONE).title, "中文");
    /* A charset nobody knows is no reason to fail. */
    CHECK_STR(read_as(S("<title>tea</title>"), S("x-unheard-of")).title, "tea");
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    struct strbuf html = STRBUF_INIT;
    strbuf_add(&html, S("<meta charset=utf-8><meta property=og:title content='x"));
    for (int i = 0; i < 200; i++)
        strbuf_add(&html, S("中"));
    strbuf_add(&html, S("'>"));
    struct preview_page page = read_as(strbuf_str(&html), STR_NONE);
    strbuf_fini(&html);
    assert_in_range(page.title.len, PAGE_TITLE_MAX - 3, PAGE_TITLE_MAX);
    assert_true(str_is_utf8(page.title));
}

static void the_charset_is_read_from_the_head(void **state)
{
    (void)state;
    CHECK_STR(preview_charset(S("text/html; charset=\"GB2312\"")), "GB2312");
    CHECK_STR(preview_charset(S("text/html;boundary=x; Charset=utf-8")), "utf-8");
    CHECK_STR(preview_charset(S("text/html")), "");
    CHECK_STR(preview_charset(S("text/html; charset=")), "");
}

static int forget(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_says_what_it_is_about),
        cmocka_unit_test(a_page_that_knows_no_graph_has_its_title),
        cmocka_unit_test(what_stands_in_the_body_says_nothing),
        cmocka_unit_test(nothing_is_said_by_what_is_no_page),
        cmocka_unit_test(other_charsets_become_utf_8),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(the_charset_is_read_from_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
