/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "support/cmocka.h"

#include "outgoing/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage storage = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        storage.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
        storage.ss_family = AF_INET6;
    else
        fail_msg("%s is no address", text);
    return storage;
}

static bool allowed(enum outgoing_reach reach, const char *text)
{
    struct sockaddr_storage storage = address_of(text);
    return reach_allows(reach, (struct sockaddr *)&storage);
}

/* The first and last addresses of each block, and mapped and embedded forms. */
static const char *const special[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.255",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "100::1",
    "fc00::1",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:1ff:ffff::",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "3fff:fff:ffff::1",
};

static const char *const public[] = {
    "1.1.1.1",         "9.255.255.255", "11.0.0.0",        "100.63.255.255",  "100.128.0.0",
    "126.255.255.255", "128.0.0.0",     "169.253.255.255", "169.255.0.0",     "172.15.255.255",
    "172.32.0.0",      "192.0.1.0",     "192.0.3.0",       "192.167.255.255", "192.169.0.0",
    "198.17.255.255",  "198.20.0.0",    "223.255.255.255", "::ffff:1.1.1.1",  "2001:200::1",
    "2001:db9::1",     "2003::1",       "2606:4700::1111", "3ffe::1",         "3fff:1000::1",
};

static void test_0_4_what_is_not_public_is_out_of_reach(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (allowed(REACH_PUBLIC, special[i]))
            fail_msg("%s is reached", special[i]);
}

static void what_is_public_is_reached(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof public / sizeof *public; i++)
        if (!allowed(REACH_PUBLIC, public[i]))
            fail_msg("%s is not reached", public[i]);
}

static void the_operator_may_name_any_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        assert_true(allowed(REACH_CONFIGURED, special[i]));
}

static void only_the_internet_protocol_is_spoken(void **state)
{
    (void)state;
    struct sockaddr local = {.sa_family = AF_UNIX};
    assert_false(reach_allows(REACH_PUBLIC, &local));
    assert_false(reach_allows(REACH_CONFIGURED, &local));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_0_4_what_is_not_public_is_out_of_reach),
        cmocka_unit_test(what_is_public_is_reached),
        cmocka_unit_test(the_operator_may_name_any_address),
        cmocka_unit_test(only_the_internet_protocol_is_spoken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
