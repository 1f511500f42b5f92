/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/config.h"
#include "support/cmocka.h"

#include <stdio.h>

static enum rc finish(const char *const *assignments, struct config *ret_config, struct error *err)
{
    config_init(ret_config);
    for (; *assignments; assignments++)
        assert_int_equal(config_set_assignment(ret_config, str_of(*assignments), err), RC_OK);
    return config_finish(ret_config, err);
}

#define FINISH(config, err, ...) finish((const char *const[]){__VA_ARGS__, NULL}, (config), (err))

static void the_defaults_listen_on_this_machine(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(FINISH(&config, NULL, "server.data=/srv/d"), RC_OK);
    assert_int_equal(config.listen.count, 2);
    assert_true(!config.listen.addresses[0].tls && config.listen.addresses[0].port == 8008);
    assert_true(config.listen.addresses[1].tls && config.listen.addresses[1].port == 8443);
    assert_true(str_eq(config.server.public_url, S("http://localhost:8008")));
    assert_true(str_eq(config_public_host(&config), S("localhost")));
    assert_true(config.tls.own && str_eq(config.tls.key, S("/srv/d/tls/key.pem")));
    assert_true(str_eq(config.outbox.file, S("/srv/d/outbox.jsonl")));
    assert_true(config.metrics.on && config.metrics.address.port == 9464);
    config_fini(&config);
}

static void plain_http_leaves_loopback_only_behind_a_proxy(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(FINISH(&config, NULL, "listen.address=http://0.0.0.0:80"), RC_INVALID);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "listen.address=https://127.0.0.1:1 http://10.0.0.1:80"), RC_INVALID);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "listen.address=http://0.0.0.0:80", "proxy.trusted=10.0.0.2"), RC_OK);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "listen.address=https://0.0.0.0:443"), RC_OK);
    config_fini(&config);
}

static void metrics_stay_on_loopback(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(FINISH(&config, NULL, "metrics.listen=http://0.0.0.0:9464"), RC_INVALID);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "metrics.listen=off"), RC_OK);
    assert_false(config.metrics.on);
    config_fini(&config);
}

static void mail_leaves_in_the_clear_for_this_machine_only(void **state)
{
    static const struct {
        const char *server;
        enum rc rc;
        bool plain;
    } cases[] = {
        {"smtp://mail.example.org:587", RC_OK, false},
        {"smtps://mail.example.org:465", RC_OK, false},
        {"smtp://localhost:25", RC_OK, true},
        {"smtp://127.0.0.1:25", RC_OK, true},
        {"smtp://[::1]:25", RC_OK, true},
        {"smtps://localhost:465", RC_OK, false},
        {"smtp://localhost.example.org:25", RC_OK, false},
        {"smtp://mail.example.org", RC_INVALID, false},
        {"smtp://mail.example.org:587/", RC_INVALID, false},
        {"smtp://user:secret@mail.example.org:587", RC_INVALID, false},
        {"http://mail.example.org:587", RC_INVALID, false},
        {"mail.example.org:587", RC_INVALID, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        char server[80];
        snprintf(server, sizeof server, "email.server=%s", cases[i].server);
        assert_int_equal(FINISH(&config, NULL, server, "email.from=a@example.org"), cases[i].rc);
        if (cases[i].rc == RC_OK)
            assert_int_equal(config.email.plain, cases[i].plain);
        config_fini(&config);
    }
    struct config config;
    assert_int_equal(
        FINISH(&config, NULL, "email.server=smtp://[::1]:25", "email.from=a@example.org", "email.authorities=/a.pem"),
        RC_OK);
    assert_false(config.email.plain);
    config_fini(&config);
}

static void a_mail_server_needs_to_know_who_writes(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(FINISH(&config, NULL, "email.server=smtp://localhost:25"), RC_INVALID);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "email.server=smtp://localhost:25", "email.from=Us <a@example.org>"),
                     RC_INVALID);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "email.server=smtp://localhost:25", "email.from=A@Example.ORG"), RC_OK);
    assert_true(str_eq(config.email.from, S("a@example.org")));
    config_fini(&config);
    assert_int_equal(
        FINISH(&config, NULL, "email.server=smtp://localhost:25", "email.from=a@example.org", "email.user=parley"),
        RC_INVALID);
    config_fini(&config);
}

static void certificate_and_key_go_together(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(FINISH(&config, NULL, "tls.certificate=/c.pem"), RC_INVALID);
    config_fini(&config);
    assert_int_equal(FINISH(&config, NULL, "tls.certificate=/c.pem", "tls.key=/k.pem"), RC_OK);
    assert_false(config.tls.own);
    config_fini(&config);
}

static void a_public_address_is_made_up_when_none_is_given(void **state)
{
    (void)state;
    static const struct {
        const char *listen, *want;
    } cases[] = {
        {"listen.address=https://0.0.0.0:443", "https://chat.example.org"},
        {"listen.address=https://0.0.0.0:8443", "https://chat.example.org:8443"},
        {"listen.address=https://[::1]:8443", "https://[::1]:8443"},
        {"server.public_url=https://talk.example.org/", "https://talk.example.org"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config;
        assert_int_equal(FINISH(&config, NULL, "server.name=chat.example.org:8448", cases[i].listen), RC_OK);
        assert_true(str_eq(config.server.public_url, str_of(cases[i].want)));
        config_fini(&config);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_listen_on_this_machine),
        cmocka_unit_test(plain_http_leaves_loopback_only_behind_a_proxy),
        cmocka_unit_test(metrics_stay_on_loopback),
        cmocka_unit_test(mail_leaves_in_the_clear_for_this_machine_only),
        cmocka_unit_test(a_mail_server_needs_to_know_who_writes),
        cmocka_unit_test(certificate_and_key_go_together),
        cmocka_unit_test(a_public_address_is_made_up_when_none_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
