/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "search/score.h"

#include <stdbool.h>

#include "support/cmocka.h"

static int64_t score(size_t times, size_t words)
{
    return weight_score(weight_of(SEARCH_BODY, times, words), 6, true);
}

static void more_often_and_in_shorter_texts_is_better(void **state)
{
    (void)state;
    assert_true(score(2, 16) > score(1, 16));
    assert_true(score(3, 16) > score(2, 16));
    assert_int_equal(score(9, 16), score(3, 16));
    assert_true(score(1, 4) > score(1, 16));
    assert_true(score(1, 16) > score(1, 4000));
    assert_true(score(1, 1000000) > 0);
    /* What is said three times does not outweigh everything. */
    assert_true(score(3, 16) < 3 * score(1, 16));
}

static void whole_words_long_words_and_names_are_better(void **state)
{
    (void)state;
    uint8_t weight = weight_of(SEARCH_BODY, 1, 8);
    assert_true(weight_score(weight, 6, true) > weight_score(weight, 6, false));
    assert_true(weight_score(weight, 12, true) > weight_score(weight, 3, true));
    assert_true(weight_score(weight_of(SEARCH_NAME, 1, 8), 6, true) > weight_score(weight, 6, true));
}

static void a_weight_knows_its_key(void **state)
{
    (void)state;
    for (int key = 0; key < SEARCH_KEY_COUNT; key++)
        assert_int_equal(weight_key(weight_of((enum search_key)key, 500, 500000)), key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(more_often_and_in_shorter_texts_is_better),
                                       cmocka_unit_test(whole_words_long_words_and_names_are_better),
                                       cmocka_unit_test(a_weight_knows_its_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
