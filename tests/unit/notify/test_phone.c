/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers by country (obligation 1.7). */
#include "notify/phone.h"
#include "support/cmocka.h"

static void numbers_are_read_by_country(void **state)
{
    static const struct {
        const char *country, *number, *e164; /* NULL: refused */
    } cases[] = {
        {"DE", "01512 3456789", "+4915123456789"},
        {"de", "+49 1512 3456789", "+4915123456789"},
        {"CN", "138 0013 8000", "+8613800138000"},
        {"US", "(201) 555-0123", "+12015550123"},
        {"", "+8613800138000", "+8613800138000"},
        {"DE", "030 1234567", NULL},  /* a landline */
        {"DE", "0900 1234567", NULL}, /* costs the one who sends */
        {"DE", "123", NULL},
        {"DE", "", NULL},
        {"XX", "01512 3456789", NULL},
        {"", "01512 3456789", NULL},
        {"DE", "01512 3456789 01512 3456789 01512 3456789", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct phone_number number;
        enum rc rc = phone_parse(str_of(cases[i].country), str_of(cases[i].number), &number);
        assert_int_equal(rc, cases[i].e164 ? RC_OK : RC_INVALID);
        if (cases[i].e164)
            assert_string_equal(number.e164, cases[i].e164);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_read_by_country)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
