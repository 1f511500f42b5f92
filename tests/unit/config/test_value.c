/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/keys.h"
#include "support/cmocka.h"

static void set(const char *name, const char *value, enum rc want, struct config *config)
{
    assert_int_equal(config_set(config, str_of(name), str_of(value), NULL), want);
}

static void sizes_and_durations_carry_units(void **state)
{
    (void)state;
    static const struct {
        const char *key, *text;
        int64_t want; /* -1: refused */
    } cases[] = {
        {"media.max_upload_bytes", "4096", 4096},
        {"media.max_upload_bytes", "4 KiB", 4096},
        {"media.max_upload_bytes", "4k", 4096},
        {"media.max_upload_bytes", "1GiB", 1 << 30},
        {"media.max_upload_bytes", "1.5 MiB", -1},
        {"media.max_upload_bytes", "-1", -1},
        {"media.max_upload_bytes", "99999999999 GiB", -1},
        {"media.max_upload_bytes", "MiB", -1},
        {"http.head_timeout", "1500 ms", 1500},
        {"http.head_timeout", "2min", 120000},
        {"http.head_timeout", "10", -1},
        {"http.head_timeout", "2 h", -1},
        {"server.drain_time", "0 s", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        config_init(&config);
        set(cases[i].key, cases[i].text, cases[i].want < 0 ? RC_INVALID : RC_OK, &config);
        str section, name = str_split(str_of(cases[i].key), '.', &section);
        int64_t got = *(int64_t *)((char *)&config + config_key_find(section, name)->offset);
        assert_true(cases[i].want < 0 || got == cases[i].want);
        config_fini(&config);
    }
}

static void addresses_are_taken_apart(void **state)
{
    (void)state;
    struct config_address address;
    assert_int_equal(config_address_read(S("https://[::1]:8443/"), &address), RC_OK);
    assert_true(address.tls && address.port == 8443 && str_eq(address.host, S("::1")));
    assert_int_equal(config_address_read(S("http://localhost"), &address), RC_OK);
    assert_true(!address.tls && address.port == 0 && str_eq(address.host, S("localhost")));
    const str bad[] = {S("localhost:80"),
                       S("http://"),
                       S("http://a:"),
                       S("http://a:65536"),
                       S("http://a:1/x"),
                       S("http://[::1"),
                       S("http://[x]:1"),
                       S("http://[::1]:"),
                       S("http://[::1]9"),
                       S("http://a b:1"),
                       S("http://a:1:2"),
                       S("http://u@h:1"),
                       S("")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(config_address_read(bad[i], &address), RC_INVALID);
}

static void loopback_is_what_no_other_machine_reaches(void **state)
{
    (void)state;
    const str inside[] = {S("localhost"), S("LOCALHOST"), S("127.0.0.1"), S("127.9.8.7"), S("::1")};
    const str outside[] = {S("0.0.0.0"), S("::"), S("10.0.0.1"), S("localhost.example.org"), S("127.0.0.1.nip.io")};
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        assert_true(config_address_is_loopback(&(struct config_address){.host = inside[i]}));
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_false(config_address_is_loopback(&(struct config_address){.host = outside[i]}));
}

static void a_listen_address_names_its_port(void **state)
{
    (void)state;
    struct config config;
    config_init(&config);
    set("listen.address", "https://example.org", RC_INVALID, &config);
    set("listen.address", "https://example.org:443", RC_OK, &config);
    set("listen.address", "http://127.0.0.1:0", RC_OK, &config);
    config_fini(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_durations_carry_units),
        cmocka_unit_test(addresses_are_taken_apart),
        cmocka_unit_test(loopback_is_what_no_other_machine_reaches),
        cmocka_unit_test(a_listen_address_names_its_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
