/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy people read (obligation 0.1): whole, in each language, each clause under its number. */
#include "privacy/policy_page.h"
#include "support/cmocka.h"

#include <stdio.h>

/* How many obligations each section has. */
static const int obligations[POLICY_SECTIONS] = {8, 24, 6, 10, 11, 9, 6, 2, 3};

static struct policy *make(str name)
{
    struct policy_operator operator= {.name = name, .email = S("a&b@example.org")};
    struct policy *policy;
    assert_int_equal(policy_new(NULL, &operator, & policy, NULL), RC_OK);
    return policy;
}

static void write_page(const struct policy *policy, enum language language, struct strbuf *page)
{
    const struct policy_version *version = &policy->main.versions[0];
    struct policy_view view = {policy, &policy->main, language, version->effective_ms};
    policy_write_page(&view, version, page);
}

static size_t occurrences(str text, str needle)
{
    size_t count = 0;
    for (size_t i = 0; i + needle.len <= text.len; i++)
        count += memcmp(text.ptr + i, needle.ptr, needle.len) == 0;
    return count;
}

static void test_0_1_every_obligation_stands_once_in_each_language(void **state)
{
    (void)state;
    struct policy *policy = make(S("Example"));
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        for (int s = 0; s < POLICY_SECTIONS; s++)
            for (int n = 1; n <= obligations[s]; n++) {
                char anchor[32];
                snprintf(anchor, sizeof anchor, "<!-- %d.%d -->", s, n);
                assert_int_equal(occurrences(policy->main.versions[0].documents[l].text, str_of(anchor)), 1);
            }
    policy_free(&policy);
}

static void the_operator_is_filled_in_and_escaped(void **state)
{
    (void)state;
    struct policy *policy = make(S("A <b> & Co"));
    struct strbuf page = STRBUF_INIT;
    write_page(policy, LANGUAGE_EN, &page);
    assert_true(str_contains(strbuf_str(&page), S("A &lt;b&gt; &amp; Co")));
    assert_false(str_contains(strbuf_str(&page), S("<b>")));
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        assert_false(str_contains(policy->main.versions[0].documents[l].text, S("{{")));
    assert_true(str_contains(policy->main.versions[0].documents[0].sections[8].html, S("a&amp;b@example.org")));
    strbuf_fini(&page);
    policy_free(&policy);
}

static void test_0_1_the_page_has_contents_clauses_and_emphasis_but_no_script(void **state)
{
    (void)state;
    struct policy *policy = make(S("Example"));
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        struct strbuf page = STRBUF_INIT;
        write_page(policy, (enum language)l, &page);
        str text = strbuf_str(&page);
        assert_true(str_contains(text, S("<a href=\"#8\">")));
        assert_true(str_contains(text, S(" id=\"1.7\">")));
        assert_true(str_contains(text, S("<strong>")));
        assert_false(str_contains(text, S("<script")));
        assert_false(str_contains(text, S("**")));
        assert_int_equal(occurrences(text, S("<strong>")), occurrences(text, S("</strong>")));
        strbuf_fini(&page);
    }
    policy_free(&policy);
}

static void test_7_1_the_law_and_the_court_are_those_the_operator_names(void **state)
{
    (void)state;
    struct policy_operator operator= {.law = S("Ruritania"), .court = S("the court of Strelsau")};
    struct policy *policy;
    assert_int_equal(policy_new(NULL, &operator, & policy, NULL), RC_OK);
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        str html = policy->main.versions[0].documents[l].sections[7].html;
        assert_true(str_contains(html, operator.law) && str_contains(html, operator.court));
    }
    policy_free(&policy);
    policy = make(S("Example"));
    assert_true(
        str_contains(policy->main.versions[0].documents[LANGUAGE_EN].sections[7].html, S("the court in charge")));
    policy_free(&policy);
}

static void the_hash_is_of_the_text_shown(void **state)
{
    (void)state;
    struct policy *one = make(S("One")), *other = make(S("Other"));
    assert_memory_not_equal(one->main.versions[0].documents[0].sha256, other->main.versions[0].documents[0].sha256,
                            CRYPTO_SHA256_SIZE);
    assert_memory_not_equal(one->main.versions[0].documents[0].sha256, one->main.versions[0].documents[1].sha256,
                            CRYPTO_SHA256_SIZE);
    assert_int_equal(one->main.versions[0].documents[0].sha256_hex.len, 64);
    policy_free(&one);
    policy_free(&other);
}

static int start_crypto(void **state)
{
    (void)state;
    return crypto_init() == RC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_0_1_every_obligation_stands_once_in_each_language),
        cmocka_unit_test(the_operator_is_filled_in_and_escaped),
        cmocka_unit_test(test_0_1_the_page_has_contents_clauses_and_emphasis_but_no_script),
        cmocka_unit_test(test_7_1_the_law_and_the_court_are_those_the_operator_names),
        cmocka_unit_test(the_hash_is_of_the_text_shown),
    };
    return cmocka_run_group_tests(tests, start_crypto, NULL);
}
