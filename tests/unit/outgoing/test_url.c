/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "outgoing/url.h"

static struct arena arena = ARENA_INIT;

static void check(const char *base, const char *reference, const char *whole, const char *host, int port)
{
    struct outgoing_url url;
    assert_int_equal(outgoing_url_read(&arena, str_of(base), str_of(reference), &url), RC_OK);
    assert_string_equal(arena_cstr(&arena, url.whole), whole);
    assert_string_equal(arena_cstr(&arena, url.host), host);
    assert_int_equal(url.port, port);
}

static void an_address_is_taken_apart(void **state)
{
    (void)state;
    check(NULL, "https://Example.ORG/a?b=c#d", "https://example.org/a?b=c", "example.org", 443);
    check(NULL, "http://example.org", "http://example.org/", "example.org", 80);
    check(NULL, "https://example.org:8443/", "https://example.org:8443/", "example.org", 8443);
    check(NULL, "http://[2001:db8::1]/", "http://[2001:db8::1]/", "[2001:db8::1]", 80);
}

static void an_address_of_numbers_is_that_address(void **state)
{
    (void)state;
    /* However it is written: who judges by the host sees where it leads. */
    check(NULL, "http://2130706433/", "http://127.0.0.1/", "127.0.0.1", 80);
    check(NULL, "http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80);
}

static void a_reference_is_resolved(void **state)
{
    (void)state;
    check("https://example.org/a/b", "../c.png", "https://example.org/c.png", "example.org", 443);
    check("https://example.org/a", "//cdn.test/c.png", "https://cdn.test/c.png", "cdn.test", 443);
    check("https://example.org/a", "http://other.test/", "http://other.test/", "other.test", 80);
}

static void other_addresses_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "example.org",
                                      "/relative",
                                      "ftp://example.org/",
                                      "file:///etc/passwd",
                                      "javascript:alert(1)",
                                      "https://user:secret@example.org/",
                                      "https://example.org:99999/",
                                      "https://",
                                      "http://exa mple.org/"};
    struct outgoing_url url;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(outgoing_url_read(&arena, STR_NONE, str_of(bad[i]), &url), RC_INVALID);
    assert_int_equal(outgoing_url_read(&arena, STR_NONE, S("https://a.test/\0b"), &url), RC_INVALID);
}

static int forget(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_taken_apart),
        cmocka_unit_test(an_address_of_numbers_is_that_address),
        cmocka_unit_test(a_reference_is_resolved),
        cmocka_unit_test(other_addresses_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
