/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every row says everything about its field (obligations 0.8, 4.7). */
#include "catalogue/catalogue.h"
#include "support/cmocka.h"

static const struct catalogue_row *row_of(int field)
{
    return catalogue_row((enum personal_field)field);
}

static void test_0_8_every_field_has_a_row_of_its_own(void **state)
{
    (void)state;
    assert_null(row_of(FIELD_NONE)->name);
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        if (row_of(field)->field != (enum personal_field)field)
            fail_msg("field %d has the row of field %d", field, row_of(field)->field);
        for (int other = FIELD_NONE + 1; other < field; other++)
            assert_string_not_equal(row_of(field)->name, row_of(other)->name);
    }
}

static void test_0_8_every_row_speaks_every_language(void **state)
{
    (void)state;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = row_of(field);
        bool kept = row->erasure == ERASE_KEPT || row->erasure == ERASE_KEY_ONLY;
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            if (!row->title[language] || !row->holds[language] || !row->why_kept[language] != !kept)
                fail_msg("%s lacks words in %s", row->name, language_tag((enum language)language));
        }
    }
}

static void test_4_7_every_row_has_a_class_and_a_grade(void **state)
{
    (void)state;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = row_of(field);
        assert_true(row->class == CLASS_PERSONAL || row->class == CLASS_SENSITIVE);
        assert_in_range(row->grade, GRADE_SHARED, GRADE_SECRET);
        /* What can harm when it leaks is not for everybody inside the operator. */
        if (row->class == CLASS_SENSITIVE && row->grade < GRADE_RESTRICTED)
            fail_msg("%s is sensitive and of a low grade", row->name);
    }
}

static void test_4_7_what_nobody_may_see_is_not_exported(void **state)
{
    (void)state;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = row_of(field);
        if (row->grade == GRADE_SECRET && row->export == EXPORT_VALUE)
            fail_msg("%s is a secret and exported", row->name);
    }
}

static void test_0_8_every_row_has_purposes_bases_and_a_place(void **state)
{
    (void)state;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = row_of(field);
        bool in_store = place_is_store(row->place);
        if (!row->purposes || row->purposes & PURPOSE_BIT(PURPOSE_NONE) || !row->bases || !row->table
            || (in_store && !row->columns))
            fail_msg("%s is incomplete", row->name);
        /* What needs consent is not lawful on a contract alone. */
        for (int purpose = PURPOSE_FIRST_OPTIONAL; purpose < PURPOSE_COUNT; purpose++)
            if (row->purposes & PURPOSE_BIT(purpose) && !(row->bases & BASIS_BIT(BASIS_CONSENT)))
                fail_msg("%s may be used for %s without consent", row->name, purpose_name((enum purpose)purpose));
    }
}

static void test_4_2_what_dies_by_days_says_from_when(void **state)
{
    (void)state;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = row_of(field);
        bool by_days = row->retention == RETENTION_DAYS || row->retention == RETENTION_DESENSITISE;
        if (by_days ? !row->time_column || row->retention_days <= 0 : row->retention_days != 0)
            fail_msg("%s: its days are not clear", row->name);
    }
}

/* Whatever is removed by its subject must say whose it is; what does not say goes by time or stays. */
static void test_4_3_what_erasure_deletes_says_whose_it_is(void **state)
{
    (void)state;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        const struct catalogue_row *row = row_of(field);
        bool in_store = place_is_store(row->place);
        bool deletes = row->erasure == ERASE_ROWS || row->erasure == ERASE_FILES;
        if (in_store && deletes && !row->subject_column)
            fail_msg("%s: erasing cannot find its rows", row->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_0_8_every_field_has_a_row_of_its_own),
        cmocka_unit_test(test_0_8_every_row_speaks_every_language),
        cmocka_unit_test(test_4_7_every_row_has_a_class_and_a_grade),
        cmocka_unit_test(test_4_7_what_nobody_may_see_is_not_exported),
        cmocka_unit_test(test_0_8_every_row_has_purposes_bases_and_a_place),
        cmocka_unit_test(test_4_2_what_dies_by_days_says_from_when),
        cmocka_unit_test(test_4_3_what_erasure_deletes_says_whose_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
