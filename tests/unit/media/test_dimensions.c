/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/arena.h"
#include "media/dimensions.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>

static str stored_picture(struct arena *arena, const char *name)
{
    char path[512], *bytes = arena_alloc_raw(arena, 4096);
    snprintf(path, sizeof path, SOURCE_DIR "/tests/unit/media/pictures/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, 4096, file);
    fclose(file);
    return str_from(bytes, len);
}

/* All of them are twelve pixels wide and eight high. */
static const char *const names[] = {"blue.png", "blue.jpg", "blue.gif", "blue.webp"};

static void the_head_says_how_large_a_picture_is(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    uint32_t width = 0, height = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!media_dimensions(stored_picture(&arena, names[i]), &width, &height) || width != 12 || height != 8)
            fail_msg("%s: %ux%u", names[i], width, height);
    }
    arena_fini(&arena);
}

/* The lossless and the extended kind of WebP, as their specification has them. */
static void all_kinds_of_webp_say_it(void **state)
{
    (void)state;
    uint32_t width, height;
    str lossless = str_from("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x0b\xc0\x01\0\0\0\0\0", 30);
    str extended = str_from("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x4f\xc3\0\x0f\x27\0", 30);
    assert_true(media_dimensions(lossless, &width, &height));
    assert_int_equal(width, 12);
    assert_int_equal(height, 8);
    assert_true(media_dimensions(extended, &width, &height));
    assert_int_equal(width, 50000);
    assert_int_equal(height, 10000);
}

/* Each in memory that ends where the bytes do, so that a sanitizer sees a look behind them. */
static void what_is_cut_off_anywhere_is_not_looked_behind(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str whole = stored_picture(&arena, names[i]);
        for (size_t len = 0; len <= whole.len; len++) {
            uint32_t width = 12, height = 8;
            char *exact = xmalloc(len + !len);
            memcpy(exact, whole.ptr, len);
            if (media_dimensions(str_from(exact, len), &width, &height)) {
                assert_int_equal(width, 12);
                assert_int_equal(height, 8);
            }
            free(exact);
        }
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_says_how_large_a_picture_is),
        cmocka_unit_test(all_kinds_of_webp_say_it),
        cmocka_unit_test(what_is_cut_off_anywhere_is_not_looked_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
