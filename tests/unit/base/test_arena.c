/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/arena.h"
#include "base/strbuf.h"
#include "support/cmocka.h"

struct trail {
    char text[8];
    size_t len;
};
struct mark {
    struct trail *trail;
    char letter;
};

static void leave(void *arg)
{
    struct mark *mark = arg;
    mark->trail->text[mark->trail->len++] = mark->letter;
}

static void cleanups_run_once_newest_first(void **state)
{
    (void)state;
    struct trail trail = {0};
    struct arena arena = ARENA_INIT;
    struct mark *a = arena_new(&arena, struct mark), *b = arena_new(&arena, struct mark);
    *a = (struct mark){&trail, 'a'};
    *b = (struct mark){&trail, 'b'};
    arena_on_reset(&arena, leave, a);
    arena_on_reset(&arena, leave, b);
    arena_reset(&arena);
    assert_string_equal(trail.text, "ba");
    struct mark *c = arena_new(&arena, struct mark);
    *c = (struct mark){&trail, 'c'};
    arena_on_reset(&arena, leave, c);
    arena_fini(&arena);
    assert_string_equal(trail.text, "bac");
}

/* Around every length at which one buffer is full and another has to be taken. */
static void what_is_printed_is_whole_whatever_its_length(void **state)
{
    enum { LONGEST = 1200 };
    static char digits[LONGEST + 1];
    struct arena arena = ARENA_INIT;
    struct strbuf buf = STRBUF_INIT, all = STRBUF_INIT;
    (void)state;
    memset(digits, '7', LONGEST);
    for (int len = 0; len <= LONGEST; len++) {
        str text = arena_printf(&arena, "%.*s", len, digits);
        assert_int_equal(text.len, len);
        assert_int_equal(strlen(text.ptr), len);
        assert_memory_equal(text.ptr, digits, (size_t)len);
        strbuf_fini(&buf);
        strbuf_add(&buf, S("at"));
        strbuf_printf(&buf, "%.*s", len, digits);
        assert_int_equal(buf.len, 2 + len);
        assert_int_equal(strlen(buf.ptr), 2 + len);
        assert_memory_equal(buf.ptr + 2, digits, (size_t)len);
        strbuf_printf(&all, "%.*s", len % 7, digits);
    }
    assert_int_equal(strspn(all.ptr, "7"), all.len);
    assert_int_equal(all.len, (0 + 1 + 2 + 3 + 4 + 5 + 6) * (LONGEST / 7) + (LONGEST % 7) * (LONGEST % 7 + 1) / 2);
    strbuf_fini(&all);
    strbuf_fini(&buf);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleanups_run_once_newest_first),
        cmocka_unit_test(what_is_printed_is_whole_whatever_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
