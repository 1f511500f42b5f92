/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/fixture.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

struct tls_files {
    char folder[64], certificate[96], key[96];
};

static void files_write(const struct tls_files *files, long serial)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    assert_non_null(key);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    FILE *file = fopen(files->certificate, "w");
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
    file = fopen(files->key, "w");
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void files_make(struct tls_files *files)
{
    snprintf(files->folder, sizeof files->folder, "/tmp/test-tls-XXXXXX");
    assert_non_null(mkdtemp(files->folder));
    snprintf(files->certificate, sizeof files->certificate, "%s/certificate.pem", files->folder);
    snprintf(files->key, sizeof files->key, "%s/key.pem", files->folder);
    files_write(files, 1);
}

static void files_remove(const struct tls_files *files)
{
    unlink(files->certificate);
    unlink(files->key);
    rmdir(files->folder);
}

struct secure {
    struct fixture fixture;
    struct tls_files files;
    SSL_CTX *context;
};

static int start(void **state)
{
    static const struct http_listen listen = {STR_INIT("127.0.0.1"), 0, true};
    struct secure *secure = calloc(1, sizeof *secure);
    struct http_config config = {.listens = &listen, .listen_count = 1};
    files_make(&secure->files);
    config.tls_certificate_file = secure->files.certificate;
    config.tls_key_file = secure->files.key;
    http_limits_default(&config.limits);
    fixture_start(&secure->fixture, &config);
    secure->context = SSL_CTX_new(TLS_client_method());
    *state = secure;
    return 0;
}

static int stop(void **state)
{
    struct secure *secure = *state;
    fixture_stop(&secure->fixture);
    files_remove(&secure->files);
    SSL_CTX_free(secure->context);
    free(secure);
    return 0;
}

static SSL *secure_open(struct secure *secure)
{
    SSL *ssl = SSL_new(secure->context);
    SSL_set_fd(ssl, peer_open(&secure->fixture));
    SSL_set_alpn_protos(ssl, (const unsigned char *)"\x02h2\x08http/1.1", 12);
    return ssl;
}

static void secure_close(SSL *ssl)
{
    int fd = SSL_get_fd(ssl);
    SSL_free(ssl);
    close(fd);
}

/* Reads until that much of the answer is there that it ends with `end`. */
static void expect_end(SSL *ssl, str end)
{
    struct strbuf buf = STRBUF_INIT;
    while (!str_ends(strbuf_str(&buf), end)) {
        int got = SSL_read(ssl, strbuf_reserve(&buf, 16384), 16384);
        assert_true(got > 0);
        buf.len += (size_t)got;
    }
    strbuf_fini(&buf);
}

static void say(SSL *ssl, str bytes)
{
    assert_int_equal(SSL_write(ssl, bytes.ptr, (int)bytes.len), (int)bytes.len);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static void requests_travel_both_ways(void **state)
{
    SSL *ssl = secure_open(*state);
    const unsigned char *protocol;
    unsigned protocol_len;
    assert_int_equal(SSL_connect(ssl), 1);
    SSL_get0_alpn_selected(ssl, &protocol, &protocol_len);
    assert_true(str_eq(str_from(protocol, protocol_len), S("http/1.1")));
    say(ssl, S(GET("/who")));
    expect_end(ssl, S("127.0.0.1 secure"));
    say(ssl, S(GET("/one") GET("/two")));
    expect_end(ssl, S("/two"));
    secure_close(ssl);
}

static void a_long_answer_takes_many_records(void **state)
{
    SSL *ssl = secure_open(*state);
    char buffer[16384];
    size_t total = 0;
    assert_int_equal(SSL_connect(ssl), 1);
    say(ssl, S("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    for (int got; (got = SSL_read(ssl, buffer, sizeof buffer)) > 0;)
        total += (size_t)got;
    assert_true(total > STREAM_LENGTH);
    secure_close(ssl);
}

static void a_body_of_unknown_length_ends_or_breaks_and_one_can_tell(void **state)
{
    struct secure *secure = *state;
    SSL *ssl = secure_open(secure);
    char buffer[16384];
    int got;
    assert_int_equal(SSL_connect(ssl), 1);
    say(ssl, S(GET("/pages") GET("/next")));
    expect_end(ssl, S("\r\n\r\n/next"));
    say(ssl, S("GET /pages HTTP/1.0\r\n\r\n"));
    while ((got = SSL_read(ssl, buffer, sizeof buffer)) > 0)
        ;
    assert_int_equal(SSL_get_error(ssl, got), SSL_ERROR_ZERO_RETURN);
    secure_close(ssl);
    ssl = secure_open(secure);
    assert_int_equal(SSL_connect(ssl), 1);
    say(ssl, S("GET /broken HTTP/1.0\r\n\r\n"));
    while ((got = SSL_read(ssl, buffer, sizeof buffer)) > 0)
        ;
    assert_int_not_equal(SSL_get_error(ssl, got), SSL_ERROR_ZERO_RETURN);
    secure_close(ssl);
}

static void a_parked_request_is_answered_or_learns_of_the_end(void **state)
{
    struct secure *secure = *state;
    SSL *ssl = secure_open(secure);
    assert_int_equal(SSL_connect(ssl), 1);
    say(ssl, S(GET("/park")));
    fixture_await(&secure->fixture, &secure->fixture.parks, 1);
    say(ssl, S(GET("/behind")));
    fixture_release(&secure->fixture);
    expect_end(ssl, S("/behind"));
    say(ssl, S(GET("/park")));
    fixture_await(&secure->fixture, &secure->fixture.parks, 2);
    SSL_shutdown(ssl); /* says so, but keeps the socket */
    fixture_await(&secure->fixture, &secure->fixture.gones, 1);
    secure_close(ssl);
}

static void test_4_4_old_versions_are_refused(void **state)
{
    SSL *ssl = secure_open(*state);
    SSL_set_security_level(ssl, 0);
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
    assert_true(SSL_connect(ssl) <= 0);
    secure_close(ssl);
}

static long serial_seen(struct secure *secure)
{
    SSL *ssl = secure_open(secure);
    assert_int_equal(SSL_connect(ssl), 1);
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    long serial = ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
    X509_free(certificate);
    secure_close(ssl);
    return serial;
}

static void certificates_are_reloaded_only_when_good(void **state)
{
    struct secure *secure = *state;
    struct error err;
    assert_int_equal(serial_seen(secure), 1);
    files_write(&secure->files, 2);
    assert_int_equal(http_server_reload_tls(secure->fixture.server, &err), RC_OK);
    assert_int_equal(serial_seen(secure), 2);
    FILE *file = fopen(secure->files.certificate, "w");
    fputs("not a certificate", file);
    fclose(file);
    assert_int_not_equal(http_server_reload_tls(secure->fixture.server, &err), RC_OK);
    assert_int_equal(serial_seen(secure), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(requests_travel_both_ways),
        TEST(a_long_answer_takes_many_records),
        TEST(a_body_of_unknown_length_ends_or_breaks_and_one_can_tell),
        TEST(a_parked_request_is_answered_or_learns_of_the_end),
        TEST(test_4_4_old_versions_are_refused),
        TEST(certificates_are_reloaded_only_when_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
