/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "media/sniff.h"

static struct arena arena = ARENA_INIT;

#define CHECK_STR(got, expected)                                                                                       \
    do {                                                                                                               \
        str got_ = (got), expected_ = str_of(expected);                                                                \
        assert_int_equal(got_.len, expected_.len);                                                                     \
        assert_memory_equal(got_.ptr, expected_.ptr, expected_.len);                                                   \
    } while (0)

static void the_type_served_follows_the_bytes(void **state)
{
    (void)state;
    static const struct {
        str declared, bytes;
        const char *expected;
    } cases[] = {
        {STR_INIT("image/png"), STR_INIT("\x89PNG\r\n\x1a\n...."), "image/png"},
        {STR_INIT("image/jpeg"), STR_INIT("\x89PNG\r\n\x1a\n...."), "image/png"},
        {STR_INIT("image/png"), STR_INIT("<html>"), "application/octet-stream"},
        {STR_INIT("text/html; charset=utf-8"), STR_INIT("<html>"), "text/html"},
        {STR_INIT("TEXT/Plain"), STR_INIT("hello"), "text/plain"},
        {STR_INIT("text/plain"), STR_INIT("\xff\xd8\xff\xe0"), "image/jpeg"},
        {STR_INIT("application/octet-stream"), STR_INIT("\xff\xd8\xff\xe0"), "application/octet-stream"},
        {STR_INIT("application/vnd.oasis.opendocument.text"), STR_INIT("PK\x03\x04zip"),
         "application/vnd.oasis.opendocument.text"},
        {STR_INIT("audio/mp4"),
         STR_INIT("\0\0\0\x18"
                  "ftypmp42"),
         "audio/mp4"},
        {STR_INIT("not a type"), STR_INIT("hello"), "application/octet-stream"},
        {STR_INIT("text/plain\r\nX-Evil: 1"), STR_INIT("hello"), "application/octet-stream"},
        {STR_INIT(""), STR_INIT("GIF89a"), "image/gif"},
        {STR_INIT(""), STR_INIT(""), "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(media_type_of(&arena, cases[i].declared, cases[i].bytes), cases[i].expected);
}

static void only_harmless_types_are_inline(void **state)
{
    (void)state;
    assert_true(media_type_is_inline(S("image/webp")));
    assert_true(media_type_is_inline(S("text/plain")));
    assert_false(media_type_is_inline(S("text/html")));
    assert_false(media_type_is_inline(S("image/svg+xml")));
    assert_false(media_type_is_inline(S("application/pdf")));
}

static void file_names_lose_folders_and_control_characters(void **state)
{
    (void)state;
    CHECK_STR(media_name_clean(&arena, S("../../etc/passwd")), "passwd");
    CHECK_STR(media_name_clean(&arena, S("C:\\Users\\a\\b.txt")), "b.txt");
    CHECK_STR(media_name_clean(&arena, S("a\r\nb\x7f.txt")), "ab.txt");
    CHECK_STR(media_name_clean(&arena, S(".hidden")), "hidden");
    CHECK_STR(media_name_clean(&arena, S("\xff")), "");
    char longest[300];
    memset(longest, 'x', sizeof longest);
    memcpy(longest + 254, "\xc3\xbc", 2); /* a character across the border goes whole */
    assert_int_equal(media_name_clean(&arena, str_from(longest, sizeof longest)).len, 254);
}

static void names_are_quoted_or_encoded(void **state)
{
    (void)state;
    CHECK_STR(media_disposition(&arena, S("image/png"), S("a b.png")), "inline; filename=\"a b.png\"");
    CHECK_STR(media_disposition(&arena, S("text/html"), S("")), "attachment");
    CHECK_STR(media_disposition(&arena, S("text/html"), S("\xc3\xbc\".html")),
              "attachment; filename*=utf-8''%C3%BC%22.html");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_type_served_follows_the_bytes),
        cmocka_unit_test(only_harmless_types_are_inline),
        cmocka_unit_test(file_names_lose_folders_and_control_characters),
        cmocka_unit_test(names_are_quoted_or_encoded),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_fini(&arena);
    return failed;
}
