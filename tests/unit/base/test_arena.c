/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/arena.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cleanups_run_once_newest_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
