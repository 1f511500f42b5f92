/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "preview/hosts.h"

static bool have(const char *pattern, const char *host, int port)
{
    str item = str_of(pattern);
    const struct config_list list = {&item, 1};
    const struct outgoing_url url = {.host = str_of(host), .port = port};
    return preview_hosts_have(&list, &url);
}

static void a_name_is_that_host_and_no_other(void **state)
{
    (void)state;
    assert_true(have("example.org", "example.org", 443));
    assert_true(have("example.org", "example.org", 80));
    assert_false(have("example.org", "www.example.org", 443));
    assert_false(have("example.org", "badexample.org", 443));
    assert_false(have("example.org", "example.org.evil.test", 443));
    assert_false(have("example.org", "", 443));
}

static void a_star_is_those_below(void **state)
{
    (void)state;
    assert_true(have("*.example.org", "www.example.org", 443));
    assert_true(have("*.example.org", "a.b.example.org", 443));
    assert_false(have("*.example.org", "example.org", 443));
    assert_false(have("*.example.org", ".example.org.evil.test", 443));
    assert_false(have("*.example.org", "badexample.org", 443));
    assert_true(have("*", "anything.test", 443));
}

static void other_ports_are_named(void **state)
{
    (void)state;
    assert_false(have("example.org", "example.org", 22));
    assert_false(have("*", "example.org", 6379));
    assert_true(have("example.org:8443", "example.org", 8443));
    assert_false(have("example.org:8443", "example.org", 443));
    assert_true(have("*:8443", "example.org", 8443));
    assert_true(have("[2001:db8::1]", "[2001:db8::1]", 443));
    assert_true(have("[2001:db8::1]:81", "[2001:db8::1]", 81));
}

static void nothing_is_listed_in_an_empty_list(void **state)
{
    (void)state;
    const struct outgoing_url url = {.host = S("example.org"), .port = 443};
    assert_false(preview_hosts_have(&(struct config_list){NULL, 0}, &url));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_that_host_and_no_other),
        cmocka_unit_test(a_star_is_those_below),
        cmocka_unit_test(other_ports_are_named),
        cmocka_unit_test(nothing_is_listed_in_an_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
