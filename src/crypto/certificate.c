/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crypto/certificate.h"

#include "base/arena.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Clients refuse server certificates that live longer than 825 days. */
enum { DAYS = 820, SERIAL_BITS = 127, DAY_SECONDS = 24 * 60 * 60 };

static bool is_ip(const char *host)
{
    unsigned char ip[16];
    return inet_pton(AF_INET, host, ip) == 1 || inet_pton(AF_INET6, host, ip) == 1;
}

static bool add_extension(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return ok;
}

static bool add_hosts(X509 *certificate, struct arena *arena, const str *hosts, size_t host_count)
{
    str names = S("");
    for (size_t i = 0; i < host_count; i++) {
        const char *host = arena_cstr(arena, hosts[i]);
        names = arena_printf(arena, "%.*s%s%s:%s", STR_ARG(names), i ? "," : "", is_ip(host) ? "IP" : "DNS", host);
    }
    return add_extension(certificate, NID_subject_alt_name, names.ptr);
}

static bool set_serial(X509 *certificate)
{
    BIGNUM *number = BN_new();
    bool ok = number && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY)
              && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return ok;
}

static bool fill(X509 *certificate, EVP_PKEY *key, struct arena *arena, const str *hosts, size_t host_count)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_set_version(certificate, X509_VERSION_3) && set_serial(certificate)
           && X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_SECONDS)
           && X509_gmtime_adj(X509_getm_notAfter(certificate), (long)DAYS * DAY_SECONDS)
           && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"Parley (self-signed)", -1,
                                         -1, 0)
           && X509_set_issuer_name(certificate, name) && X509_set_pubkey(certificate, key)
           && add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE")
           && add_extension(certificate, NID_key_usage, "critical,digitalSignature")
           && add_extension(certificate, NID_ext_key_usage, "serverAuth")
           && add_hosts(certificate, arena, hosts, host_count) && X509_sign(certificate, key, EVP_sha256()) > 0;
}

/* Writes a PEM file next to its place and moves it there. */
static enum rc write_pem(const char *path, mode_t mode, X509 *certificate, EVP_PKEY *key, struct arena *arena,
                         struct error *err)
{
    str temporary = arena_printf(arena, "%s.new", path);
    unlink(temporary.ptr);
    int fd = open(temporary.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        if (fd >= 0)
            close(fd);
        return error_set(err, RC_IO, "%.150s: %s", path, strerror(errno));
    }
    int ok =
        certificate ? PEM_write_X509(file, certificate) : PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    ok = ok && fflush(file) == 0 && fsync(fd) == 0;
    if (fclose(file) != 0 || !ok || rename(temporary.ptr, path) != 0) {
        int reason = errno;
        unlink(temporary.ptr);
        return error_set(err, RC_IO, "%.150s: %s", path, strerror(reason));
    }
    return RC_OK;
}

enum rc certificate_create(const char *certificate_file, const char *key_file, const str *hosts, size_t host_count,
                           struct error *err)
{
    struct arena arena = ARENA_INIT;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    enum rc rc = RC_CRYPTO;
    if (key && certificate && fill(certificate, key, &arena, hosts, host_count)) {
        rc = write_pem(key_file, 0600, NULL, key, &arena, err);
        if (rc == RC_OK)
            rc = write_pem(certificate_file, 0644, certificate, NULL, &arena, err);
    } else {
        error_set(err, rc, "a certificate for these host names cannot be made");
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    arena_fini(&arena);
    return rc;
}

enum rc certificate_days_left(const char *certificate_file, int *ret_days, struct error *err)
{
    FILE *file = fopen(certificate_file, "re");
    if (!file)
        return error_set(err, errno == ENOENT ? RC_NOT_FOUND : RC_IO, "%.150s: %s", certificate_file, strerror(errno));
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    int days = 0, seconds = 0;
    bool ok = certificate && ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate));
    X509_free(certificate);
    if (!ok)
        return error_set(err, RC_INVALID, "%.150s holds no certificate in PEM form", certificate_file);
    *ret_days = seconds < 0 ? days - 1 : days;
    return RC_OK;
}
