/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* TLS 1.2 and 1.3 with OpenSSL. SSL_MODE_RELEASE_BUFFERS keeps an idle connection small. */
#include "net/http_private.h"

#include <openssl/err.h>

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
                           unsigned in_len, void *arg)
{
    static const unsigned char ours[] = "\x08http/1.1";
    (void)ssl;
    (void)arg;
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours - 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

enum rc tls_load(const char *certificate_file, const char *key_file, SSL_CTX **ret_context, struct error *err)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (!context)
        return error_set(err, RC_CRYPTO, "cannot set up TLS");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF
                                     | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
    enum rc rc = RC_OK;
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file) != 1)
        rc = error_set(err, RC_IO, "cannot read the certificate %s", certificate_file);
    else if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1)
        rc = error_set(err, RC_IO, "cannot read the certificate's key %s", key_file);
    else if (SSL_CTX_check_private_key(context) != 1)
        rc = error_set(err, RC_INVALID, "the key %s does not belong to the certificate", key_file);
    ERR_clear_error();
    if (rc != RC_OK)
        SSL_CTX_free(context);
    else
        *ret_context = context;
    return rc;
}

enum rc http_server_reload_tls(struct http_server *server, struct error *err)
{
    SSL_CTX *fresh;
    if (!server->tls)
        return RC_OK;
    TRY(tls_load(server->certificate_file, server->key_file, &fresh, err));
    pthread_mutex_lock(&server->lock);
    SSL_CTX *old = server->tls;
    server->tls = fresh;
    pthread_mutex_unlock(&server->lock);
    SSL_CTX_free(old); /* connections hold their own reference */
    return RC_OK;
}
