/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* De-identification (obligations 1.21, 4.6): linked back with the key that is kept apart, and only with that. */
#include "privacy/pseudonym.h"
#include "support/stores.h"

enum { SUBJECTS = 200 };

struct use {
    enum purpose purpose;
    str dataset;
    struct pseudonym_key key;
};

static enum rc begin_run(struct tx *tx, void *arg)
{
    struct use *use = arg;
    return pseudonym_begin(tx, use->purpose, use->dataset, &use->key);
}

static struct pseudonym_key begin(struct stores *stores, enum purpose purpose, str dataset)
{
    struct use use = {purpose, dataset, {{{0}}, {{0}}}};
    assert_int_equal(stores_write(stores, begin_run, &use), RC_OK);
    return use.key;
}

static uint64_t subject(size_t i)
{
    /* Also the ends of the range. */
    return i == 0 ? 0 : i == 1 ? UINT64_MAX : i * 0x9e3779b97f4a7c15u;
}

static void test_1_21_a_pseudonym_is_linked_back_with_its_own_key_alone(void **state)
{
    struct stores *stores = *state;
    struct pseudonym_key key = begin(stores, PURPOSE_STATISTICS, S("survey"));
    struct pseudonym_key others[] = {begin(stores, PURPOSE_STATISTICS, S("survey-2")),
                                     begin(stores, PURPOSE_DISCLOSURE, S("survey"))};
    for (size_t i = 0; i < SUBJECTS; i++) {
        uint64_t found = 1;
        str pseudonym = pseudonym_of(&stores->arena, &key, subject(i));
        assert_int_equal(pseudonym.len, PSEUDONYM_LEN);
        assert_int_equal(pseudonym_relink(&key, pseudonym, &found), RC_OK);
        assert_true(found == subject(i));
        for (size_t o = 0; o < 2; o++)
            assert_int_equal(pseudonym_relink(&others[o], pseudonym, &found), RC_INVALID);
    }
}

/* Obligation 4.6: joins run on pseudonyms. */
static void test_1_21_4_6_records_of_one_subject_join_within_a_dataset_and_not_beyond(void **state)
{
    struct stores *stores = *state;
    struct pseudonym_key one = begin(stores, PURPOSE_STATISTICS, S("one"));
    struct pseudonym_key other = begin(stores, PURPOSE_STATISTICS, S("other"));
    struct pseudonym_key again = begin(stores, PURPOSE_STATISTICS, S("one"));
    for (size_t i = 0; i < SUBJECTS; i++) {
        str pseudonym = pseudonym_of(&stores->arena, &one, subject(i));
        assert_true(str_eq(pseudonym, pseudonym_of(&stores->arena, &again, subject(i))));
        str elsewhere = pseudonym_of(&stores->arena, &other, subject(i));
        /* No place where the two agree beyond chance: not the tag, not the hidden number. */
        size_t same = 0;
        for (size_t c = 0; c < PSEUDONYM_LEN; c++)
            same += pseudonym.ptr[c] == elsewhere.ptr[c];
        assert_in_range(same, 0, 8);
    }
}

/* Neighbouring numbers look no more alike than any. */
static void test_1_21_a_pseudonym_says_nothing_of_the_number(void **state)
{
    struct stores *stores = *state;
    struct pseudonym_key key = begin(stores, PURPOSE_STATISTICS, S("survey"));
    size_t same = 0;
    for (uint64_t i = 0; i < SUBJECTS; i++) {
        str one = pseudonym_of(&stores->arena, &key, i), next = pseudonym_of(&stores->arena, &key, i + 1);
        for (size_t c = 0; c < PSEUDONYM_LEN; c++)
            same += one.ptr[c] == next.ptr[c];
    }
    /* 6400 characters of 64 kinds: 100 agree by chance, within six standard deviations. */
    assert_in_range(same, 40, 160);
}

static void test_1_21_a_changed_pseudonym_is_nobodys(void **state)
{
    struct stores *stores = *state;
    struct pseudonym_key key = begin(stores, PURPOSE_STATISTICS, S("survey"));
    str pseudonym = pseudonym_of(&stores->arena, &key, 42);
    uint64_t found;
    for (size_t i = 0; i < PSEUDONYM_LEN; i++) {
        char changed[PSEUDONYM_LEN];
        memcpy(changed, pseudonym.ptr, PSEUDONYM_LEN);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_int_equal(pseudonym_relink(&key, str_from(changed, PSEUDONYM_LEN), &found), RC_INVALID);
        assert_int_equal(pseudonym_relink(&key, str_head(pseudonym, i), &found), RC_INVALID);
    }
    assert_int_equal(pseudonym_relink(&key, S("\xff not base64 at all, not at all.."), &found), RC_INVALID);
}

static enum rc destroy_run(struct tx *tx, void *arg)
{
    struct use *use = arg;
    return pseudonym_destroy(tx, use->purpose, use->dataset);
}

static void test_1_21_once_the_key_is_destroyed_nobody_links_back(void **state)
{
    struct stores *stores = *state;
    struct pseudonym_key key = begin(stores, PURPOSE_STATISTICS, S("survey")), kept;
    str pseudonym = pseudonym_of(&stores->arena, &key, 42);
    char copy[PSEUDONYM_LEN];
    memcpy(copy, pseudonym.ptr, PSEUDONYM_LEN);
    pseudonym_end(&key);
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    uint64_t found = 0;
    assert_int_equal(pseudonym_open(&tx, PURPOSE_STATISTICS, S("survey"), &kept), RC_OK);
    assert_int_equal(pseudonym_relink(&kept, str_from(copy, PSEUDONYM_LEN), &found), RC_OK);
    assert_int_equal(found, 42);

    struct use use = {PURPOSE_STATISTICS, S("survey"), {{{0}}, {{0}}}};
    assert_int_equal(stores_write(stores, destroy_run, &use), RC_OK);
    assert_int_equal(stores_write(stores, destroy_run, &use), RC_NOT_FOUND);
    tx = stores_read(stores);
    assert_int_equal(pseudonym_open(&tx, PURPOSE_STATISTICS, S("survey"), &kept), RC_NOT_FOUND);
    /* A dataset of the same name is another one. */
    key = begin(stores, PURPOSE_STATISTICS, S("survey"));
    assert_int_equal(pseudonym_relink(&key, str_from(copy, PSEUDONYM_LEN), &found), RC_INVALID);
}

static void a_dataset_has_a_plain_name(void **state)
{
    struct stores *stores = *state;
    static const char *const bad[] = {"", "Survey", "a b", "a:b", "../a", "é"};
    char long_name[66];
    memset(long_name, 'a', sizeof long_name);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct use use = {PURPOSE_STATISTICS, str_of(bad[i]), {{{0}}, {{0}}}};
        assert_int_equal(stores_write(stores, begin_run, &use), RC_INVALID);
    }
    struct use use = {PURPOSE_STATISTICS, str_from(long_name, 65), {{{0}}, {{0}}}};
    assert_int_equal(stores_write(stores, begin_run, &use), RC_INVALID);
    use.dataset.len = 64;
    assert_int_equal(stores_write(stores, begin_run, &use), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(test_1_21_a_pseudonym_is_linked_back_with_its_own_key_alone),
        STORES_TEST(test_1_21_4_6_records_of_one_subject_join_within_a_dataset_and_not_beyond),
        STORES_TEST(test_1_21_a_pseudonym_says_nothing_of_the_number),
        STORES_TEST(test_1_21_a_changed_pseudonym_is_nobodys),
        STORES_TEST(test_1_21_once_the_key_is_destroyed_nobody_links_back),
        STORES_TEST(a_dataset_has_a_plain_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
