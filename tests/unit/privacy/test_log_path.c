/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paths of the public log (obligation 4.8): C2SP tlog-tiles, "Merkle Tree" and "Log entries". */
#include "privacy/log_path.h"
#include "support/cmocka.h"

static void each_path_names_one_thing(void **state)
{
    (void)state;
    static const struct {
        str text;
        struct log_path path;
    } cases[] = {
        {STR_INIT("checkpoint"), {LOG_CHECKPOINT, 0, 0, LOG_TILE_WIDTH}},
        {STR_INIT("tile/0/000"), {LOG_TILE, 0, 0, LOG_TILE_WIDTH}},
        {STR_INIT("tile/0/x001/x234/067"), {LOG_TILE, 0, 1234067, LOG_TILE_WIDTH}},
        {STR_INIT("tile/2/000.p/1"), {LOG_TILE, 2, 0, 1}},
        {STR_INIT("tile/63/x999/x999/x999/x999/x999/999.p/255"), {LOG_TILE, 63, 999999999999999999, 255}},
        {STR_INIT("tile/entries/273.p/112"), {LOG_ENTRIES, 0, 273, 112}},
        {STR_INIT("tile/entries/x001/000"), {LOG_ENTRIES, 0, 1000, LOG_TILE_WIDTH}},
    };
    struct arena arena = ARENA_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log_path path;
        assert_int_equal(log_path_parse(cases[i].text, &path), RC_OK);
        assert_int_equal(path.kind, cases[i].path.kind);
        assert_int_equal(path.level, cases[i].path.level);
        assert_int_equal(path.index, cases[i].path.index);
        assert_int_equal(path.width, cases[i].path.width);
        assert_true(str_eq(log_path_text(&arena, &path), cases[i].text));
    }
    arena_fini(&arena);
}

static void other_paths_are_refused(void **state)
{
    (void)state;
    static const str cases[] = {
        STR_INIT(""),
        STR_INIT("checkpoint/"),
        STR_INIT("tile/"),
        STR_INIT("tile/0"),
        STR_INIT("tile/0/"),
        STR_INIT("tile/00/000"),
        STR_INIT("tile/64/000"),
        STR_INIT("tile/-1/000"),
        STR_INIT("tile/0/0"),
        STR_INIT("tile/0/0000"),
        STR_INIT("tile/0/x000/001"),
        STR_INIT("tile/0/001/002"),
        STR_INIT("tile/0/x001"),
        STR_INIT("tile/0/x001/x002"),
        STR_INIT("tile/0/x001/x001/x001/x001/x001/x001/001"),
        STR_INIT("tile/0/000.p/0"),
        STR_INIT("tile/0/000.p/01"),
        STR_INIT("tile/0/000.p/256"),
        STR_INIT("tile/0/000.p/"),
        STR_INIT("tile/0/000.q/1"),
        STR_INIT("tile/0/000.p/1/"),
        STR_INIT("tile/entries/"),
        STR_INIT("tile/Entries/000"),
        STR_INIT("tile/0/../000"),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log_path path;
        if (log_path_parse(cases[i], &path) != RC_INVALID)
            fail_msg("%.*s was taken", STR_ARG(cases[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_names_one_thing),
        cmocka_unit_test(other_paths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
