/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which version bound whom, as the clock moves (privacy/policy_bound.h). */
#include "privacy/policy_bound.h"
#include "support/policy_root.h"
#include "support/stores.h"

static const struct consent_issuer issuer = {.name = S("Example"), .public_url = S("https://example.org")};

struct scene {
    struct stores *stores;
    struct folder texts;
    struct policy *policy;
    uint64_t ada;
};

/* Version 1 from 2027-01-01; version 2, announced on 2027-02-01, from 2027-03-03. */
static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_int_equal(stores_set_up((void **)&scene->stores), 0);
    folder_make(&scene->texts);
    policy_root_write(&scene->texts, &(struct policy_second){.changes = "\"changes\":{\"rights\":[\"5.1\"]}",
                                                             .en = {{"5.1", "Other words."}},
                                                             .zh = {{"5.1", "Other words."}}});
    assert_int_equal(policy_root_load(&scene->texts, &scene->policy, NULL), RC_OK);
    scene->ada = stores_user(scene->stores, S("ada"));
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    policy_free(&scene->policy);
    folder_remove(&scene->texts);
    stores_tear_down((void **)&scene->stores);
    free(scene);
    return 0;
}

static int64_t time_of(const char *day)
{
    int64_t ms;
    assert_int_equal(policy_day_ms(str_of(day), &ms), RC_OK);
    return ms;
}

struct word {
    struct scene *scene;
    size_t version;
    enum language language;
    bool agreed;
};

static enum rc word_run(struct tx *tx, void *arg)
{
    const struct word *word = arg;
    const struct policy_version *version = &word->scene->policy->main.versions[word->version];
    struct consent consent = {.purpose = S(CONSENT_SERVICE),
                              .granted = word->agreed,
                              .version = version->version,
                              .language = str_of(language_tag(word->language)),
                              .surface = S("app")};
    memcpy(consent.sha256, version->documents[word->language].sha256, sizeof consent.sha256);
    return consent_record(tx, &issuer, word->scene->ada, &consent, NULL);
}

static void says_on(struct scene *scene, const char *day, size_t version, bool agreed)
{
    struct word word = {scene, version, LANGUAGE_ZH_CN, agreed};
    scene->stores->env.now = time_of(day) + 1;
    assert_int_equal(stores_write(scene->stores, word_run, &word), RC_OK);
}

/* version NULL: by none. */
static void bound_on(struct scene *scene, const char *day, const char *version)
{
    struct tx tx = stores_read(scene->stores);
    struct policy_bound bound;
    int64_t at_ms;
    assert_int_equal(policy_bound_time(str_of(day), &at_ms), RC_OK);
    assert_int_equal(policy_bound_at(&tx, scene->policy, scene->ada, at_ms, &bound), RC_OK);
    if (!version) {
        assert_null(bound.version);
        return;
    }
    assert_non_null(bound.version);
    assert_true(str_eq(bound.version->version, str_of(version)));
    assert_memory_equal(bound.entry.sha256, bound.version->documents[LANGUAGE_ZH_CN].sha256, CRYPTO_SHA256_SIZE);
    assert_true(str_eq(bound.entry.language, S("zh-CN")));
}

static void test_6_1_a_version_binds_from_the_persons_own_yes_and_not_before(void **state)
{
    struct scene *scene = *state;
    says_on(scene, "2027-01-10", 0, true);
    says_on(scene, "2027-03-05", 1, false);
    says_on(scene, "2027-03-20", 1, true);
    bound_on(scene, "2027-01-09", NULL);
    bound_on(scene, "2027-01-10", "1");
    bound_on(scene, "2027-03-03", "1");
    bound_on(scene, "2027-03-05", "1");
    bound_on(scene, "2027-03-19", "1");
    bound_on(scene, "2027-03-20", "2");
    bound_on(scene, "2030-01-01", "2");
}

static void test_6_2_6_5_an_early_yes_binds_from_the_day_the_version_takes_effect(void **state)
{
    struct scene *scene = *state;
    says_on(scene, "2027-01-10", 0, true);
    says_on(scene, "2027-02-05", 1, true);
    bound_on(scene, "2027-02-05", "1");
    bound_on(scene, "2027-03-02", "1");
    bound_on(scene, "2027-03-03", "2");
}

static void test_6_5_the_server_knows_what_was_agreed_to_last_and_after_a_restart_too(void **state)
{
    struct scene *scene = *state;
    const struct user *user;
    says_on(scene, "2027-01-10", 0, true);
    says_on(scene, "2027-03-05", 1, true);
    says_on(scene, "2027-03-06", 1, false);
    for (int i = 0; i < 2; i++) {
        struct tx tx = stores_read(scene->stores);
        assert_int_equal(users_get(&tx, scene->ada, &user), RC_OK);
        assert_true(str_eq(user->agreed, S("2")));
        stores_restart(scene->stores);
    }
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_6_1_a_version_binds_from_the_persons_own_yes_and_not_before),
        TEST(test_6_2_6_5_an_early_yes_binds_from_the_day_the_version_takes_effect),
        TEST(test_6_5_the_server_knows_what_was_agreed_to_last_and_after_a_restart_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
