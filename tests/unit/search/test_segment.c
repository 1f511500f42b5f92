/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/segment.h"

#include "support/cmocka.h"

static const struct posting planted[] = {
    {STR_INIT("river"), 900, 7}, {STR_INIT("riverbank"), 12, 1}, {STR_INIT("rive"), 5, 2},
    {STR_INIT("river"), 12, 3},  {STR_INIT("北京"), 900, 4},     {STR_INIT("river"), INT64_MAX - 1, 5},
    {STR_INIT("river"), 12, 3},
};
enum { PLANTED = sizeof planted / sizeof *planted };

struct found {
    struct posting items[16];
    size_t count, most;
};

static bool note(void *ctx, const struct posting *posting)
{
    struct found *found = ctx;
    assert_true(found->count < 16);
    found->items[found->count] = *posting;
    found->items[found->count++].word = STR_NONE;
    return found->count < found->most;
}

static struct strbuf written(void)
{
    struct posting postings[PLANTED];
    struct strbuf segment = STRBUF_INIT;
    memcpy(postings, planted, sizeof planted);
    segment_write(postings, PLANTED, &segment);
    return segment;
}

static void what_is_written_is_found(void **state)
{
    (void)state;
    struct strbuf segment = written();
    struct found found = {.most = 16};
    assert_true(segment_find(strbuf_str(&segment), S("river"), false, note, &found));
    assert_int_equal(found.count, 3);
    assert_int_equal(found.items[0].pos, 12);
    assert_int_equal(found.items[0].weight, 3);
    assert_int_equal(found.items[1].pos, 900);
    assert_int_equal(found.items[2].pos, INT64_MAX - 1);
    found.count = 0;
    assert_true(segment_find(strbuf_str(&segment), S("river"), true, note, &found));
    assert_int_equal(found.count, 4);
    found.count = 0;
    assert_true(segment_each(strbuf_str(&segment), note, &found));
    assert_int_equal(found.count, PLANTED - 1);
    static const str absent[] = {STR_INIT("riv"), STR_INIT("rivers"), STR_INIT("a"), STR_INIT("zz"), STR_INIT("北")};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        found.count = 0;
        assert_true(segment_find(strbuf_str(&segment), absent[i], false, note, &found));
        assert_int_equal(found.count, 0);
    }
    strbuf_fini(&segment);
}

static void whoever_has_enough_ends_the_reading(void **state)
{
    (void)state;
    struct strbuf segment = written();
    struct found found = {.most = 2};
    assert_true(segment_each(strbuf_str(&segment), note, &found));
    assert_int_equal(found.count, 2);
    strbuf_fini(&segment);
}

static void what_is_cut_or_no_segment_ends_the_reading(void **state)
{
    (void)state;
    struct strbuf segment = written();
    for (size_t len = 1; len < segment.len; len++) {
        struct found found = {.most = 16};
        segment_each(str_head(strbuf_str(&segment), len), note, &found);
        assert_true(found.count < PLANTED - 1);
    }
    struct found found = {.most = 16};
    assert_false(segment_each(S("\x05\x01x"), note, &found));     /* shares what was not there */
    assert_false(segment_each(S("\x00\x01x\x02"), note, &found)); /* counts more than follows */
    assert_true(segment_each(S(""), note, &found));
    strbuf_fini(&segment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_written_is_found),
                                       cmocka_unit_test(whoever_has_enough_ends_the_reading),
                                       cmocka_unit_test(what_is_cut_or_no_segment_ends_the_reading)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
