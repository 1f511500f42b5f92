/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Anonymisation (obligation 1.21). That nobody can be linked back is shown by what the table does not depend on: the
 * same records under other subjects, in another order, give the same table, byte for byte.
 */
#include "privacy/anonymise.h"
#include "support/cmocka.h"
#include "support/dice.h"

enum { COLUMNS = 6, RECORDS = 300, K = 5, TABLES = 25 };

static const struct anonymise_column columns[COLUMNS] = {
    {"user", ANONYMISE_DROP},     {"phone", ANONYMISE_PHONE}, {"address", ANONYMISE_ADDRESS},
    {"program", ANONYMISE_AGENT}, {"since", ANONYMISE_DAY},   {"language", ANONYMISE_WORD},
};

static str one_of(struct dice *dice, const char *const *words, size_t count)
{
    /* The first are the most frequent, as in life. */
    size_t i = dice_below(dice, count);
    return str_of(words[dice_below(dice, i + 1)]);
}

static void record_draw(struct dice *dice, uint64_t subject, struct anonymise_record *ret_record)
{
    static const char *const codes[] = {"+49", "+86", "+1", "+44", "+353"};
    static const char *const agents[] = {"Firefox/1 Windows", "Chrome/2 Android", "Safari/3 iPhone", "Element/4",
                                         "own"};
    static const char *const languages[] = {"en", "zh-CN", "de"};
    str *values = arena_array(&dice->arena, str, COLUMNS);
    char digits[9];
    dice_digits(dice, digits, sizeof digits);
    values[0] = arena_printf(&dice->arena, "@user%llu:example.org", (unsigned long long)subject);
    values[1] = arena_concat(&dice->arena, one_of(dice, codes, 5), str_from(digits, sizeof digits), STR_NONE);
    values[2] = arena_printf(&dice->arena, "203.0.%d.%d", 1 + (int)dice_below(dice, 3), 1 + (int)dice_below(dice, 255));
    values[3] = one_of(dice, agents, 5);
    values[4] =
        arena_printf(&dice->arena, "2026-%02d-%02d", 1 + (int)dice_below(dice, 3), 1 + (int)dice_below(dice, 28));
    values[5] = dice_below(dice, 50) ? one_of(dice, languages, 3) : dice_bytes(dice, 10);
    *ret_record = (struct anonymise_record){subject, values};
}

static struct anonymise_record *records_draw(struct dice *dice, size_t count)
{
    struct anonymise_record *records = arena_array(&dice->arena, struct anonymise_record, count);
    for (size_t i = 0; i < count; i++)
        record_draw(dice, i + 1, &records[i]);
    return records;
}

static struct anonymous_table table_of(struct dice *dice, const struct anonymise_record *records, size_t count,
                                       size_t k)
{
    struct anonymous_table table;
    assert_int_equal(anonymise(&dice->arena, columns, COLUMNS, records, count, k, &table, NULL), RC_OK);
    return table;
}

static str text_of(struct arena *arena, const struct anonymous_table *table)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < table->row_count; i++) {
        for (size_t c = 0; c < table->column_count; c++) {
            strbuf_add(&out, table->rows[i].values[c]);
            strbuf_add_char(&out, ',');
        }
        strbuf_printf(&out, "%zu\n", table->rows[i].count);
    }
    strbuf_printf(&out, "%zu", table->left_out);
    str text = strbuf_to_arena(&out, arena);
    strbuf_fini(&out);
    return text;
}

static void test_1_21_an_anonymous_table_does_not_depend_on_whose_records_they_are(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 1);
    struct anonymise_record *records = records_draw(&dice, RECORDS);
    struct anonymous_table table = table_of(&dice, records, RECORDS, K);
    str text = text_of(&dice.arena, &table);
    for (size_t i = 0; i < RECORDS; i++) {
        size_t other = dice_below(&dice, RECORDS);
        struct anonymise_record swapped = records[i];
        records[i] = records[other];
        records[other] = swapped;
    }
    for (size_t i = 0; i < RECORDS; i++) {
        records[i].subject = 1000000 - 7 * i;
        ((str *)records[i].values)[0] = dice_word(&dice, 8);
    }
    table = table_of(&dice, records, RECORDS, K);
    assert_true(str_eq(text, text_of(&dice.arena, &table)));
    /* And there is something in it. */
    assert_true(table.row_count > 1);
    dice_fini(&dice);
}

static void test_1_21_nobody_in_an_anonymous_table_is_in_a_group_of_fewer_than_k(void **state)
{
    (void)state;
    for (size_t round = 0; round < TABLES; round++) {
        struct dice dice;
        dice_init(&dice, 100 + round);
        size_t count = dice_below(&dice, RECORDS), k = K + dice_below(&dice, 10), seen = 0;
        struct anonymous_table table = table_of(&dice, records_draw(&dice, count), count, k);
        for (size_t i = 0; i < table.row_count; i++) {
            assert_true(table.rows[i].count >= k);
            seen += table.rows[i].count;
            /* No two rows are one group shown as two. */
            for (size_t j = 0; j < i; j++) {
                bool same = true;
                for (size_t c = 0; c < table.column_count; c++)
                    same &= str_eq(table.rows[i].values[c], table.rows[j].values[c]);
                assert_false(same);
            }
        }
        assert_true(table.left_out == 0 || table.left_out >= k);
        assert_true(seen + table.left_out == count || (seen == 0 && count < k));
        dice_fini(&dice);
    }
}

static void test_1_21_nothing_that_identifies_is_in_an_anonymous_table(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 2);
    struct anonymise_record *records = records_draw(&dice, RECORDS);
    struct anonymous_table table = table_of(&dice, records, RECORDS, K);
    str text = text_of(&dice.arena, &table);
    assert_int_equal(table.column_count, COLUMNS - 1);
    for (size_t c = 0; c < table.column_count; c++)
        assert_string_not_equal(table.columns[c], "user");
    for (size_t i = 0; i < RECORDS; i++)
        for (size_t c = 0; c < 3; c++)
            assert_false(str_contains(text, records[i].values[c]));
    dice_fini(&dice);
}

static void test_1_21_too_few_to_be_anonymous_are_not_shown_at_all(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 3);
    struct anonymise_record *records = records_draw(&dice, K);
    struct anonymous_table table = table_of(&dice, records, K - 1, K);
    assert_int_equal(table.row_count, 0);
    assert_int_equal(table.left_out, 0);
    table = table_of(&dice, records, 0, K);
    assert_int_equal(table.row_count, 0);
    dice_fini(&dice);
}

/* One who differs from all others in everything, and where nothing is coarse enough: gone, and not alone. */
static void test_1_21_who_stands_out_is_left_out_in_company(void **state)
{
    (void)state;
    struct dice dice;
    dice_init(&dice, 4);
    static const struct anonymise_column one[] = {{"language", ANONYMISE_WORD}};
    str values[100];
    struct anonymise_record records[100];
    for (size_t i = 0; i < 100; i++) {
        values[i] = i == 0 ? S("eo") : i < 8 ? S("de") : S("en");
        records[i] = (struct anonymise_record){i, &values[i]};
    }
    struct anonymous_table table;
    assert_int_equal(anonymise(&dice.arena, one, 1, records, 100, K, &table, NULL), RC_OK);
    assert_int_equal(table.row_count, 1);
    assert_int_equal(table.rows[0].count, 92);
    assert_int_equal(table.left_out, 8);
    dice_fini(&dice);
}

static void a_table_that_could_not_be_anonymous_is_refused(void **state)
{
    (void)state;
    struct dice dice;
    struct anonymous_table table;
    dice_init(&dice, 5);
    struct anonymise_record *records = records_draw(&dice, RECORDS);
    assert_int_equal(anonymise(&dice.arena, columns, COLUMNS, records, RECORDS, 4, &table, NULL), RC_INVALID);
    records[9].subject = records[200].subject;
    assert_int_equal(anonymise(&dice.arena, columns, COLUMNS, records, RECORDS, K, &table, NULL), RC_INVALID);
    dice_fini(&dice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_1_21_an_anonymous_table_does_not_depend_on_whose_records_they_are),
        cmocka_unit_test(test_1_21_nobody_in_an_anonymous_table_is_in_a_group_of_fewer_than_k),
        cmocka_unit_test(test_1_21_nothing_that_identifies_is_in_an_anonymous_table),
        cmocka_unit_test(test_1_21_too_few_to_be_anonymous_are_not_shown_at_all),
        cmocka_unit_test(test_1_21_who_stands_out_is_left_out_in_company),
        cmocka_unit_test(a_table_that_could_not_be_anonymous_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
