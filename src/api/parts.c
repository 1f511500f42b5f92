/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/parts.h"

#include "api/login_tokens.h"
#include "api/nonces.h"
#include "api/secret_file.h"
#include "api/self_checks.h"
#include "api/uia.h"
#include "api/voip.h"
#include "appservice/appservice.h"
#include "notify/file_provider.h"
#include "notify/smtp_provider.h"
#include "privacy/last_seen.h"
#include "privacy/policy_text.h"
#include "privacy/proofs.h"
#include "store/codes.h"

static enum rc new_email_provider(struct server *server, struct provider **ret_provider, struct error *err)
{
    const struct config *config = server->config;
    str password = STR_NONE;
    if (config->email.password_file.len)
        TRY(secret_file_read(server, "email.password_file", config->email.password_file, &password, err));
    const struct smtp_settings settings = {
        .url = config->email.server,
        .hello = config_public_host(config),
        .starttls = !config->email.plain,
        .user = config->email.user,
        .password = password,
        .from_name = config->operator.name,
        .from = config->email.from,
        .authorities = config->email.authorities,
        .timeout_ms = config->email.timeout,
    };
    *ret_provider = smtp_provider_new(&settings);
    return RC_OK;
}

static enum rc start_outbox(struct server *server, struct error *err)
{
    TRY(file_provider_new(arena_cstr(&server->arena, server->config->outbox.file), &server->sent, err));
    struct provider *file = file_provider_as_provider(server->sent), *email = file;
    enum rc rc = server->config->email.server.len ? new_email_provider(server, &email, err) : RC_OK;
    const struct outbox_channel channels[] = {{"sms", file}, {"email", email}};
    if (rc == RC_OK)
        rc = outbox_new(server->store, channels, sizeof channels / sizeof *channels, &server->outbox, err);
    if (rc == RC_OK)
        return rc;
    if (email != file)
        email->free(email);
    file->free(file);
    server->sent = NULL;
    return rc;
}

enum rc parts_start(struct server *server, struct error *err)
{
    const struct config *config = server->config;
    const struct policy_operator operator= {.name = config->operator.name.len ? config->operator.
                                                                                name : config->server.name,
                                            .email = config->operator.email,
                                            .officer_email = config->operator.officer_email,
                                            .phone = config->operator.phone,
                                            .address = config->operator.address,
                                            .court = config->operator.court,
                                            .law = config->operator.law,
                                            .region = config->server.region, };
    server->uia = uia_new(server->env);
    server->login_tokens = login_tokens_new(server->env);
    server->nonces = nonces_new(server->env);
    TRY(voip_read_secret(server, err));
    if (config->registration.shared_secret_file.len)
        TRY(secret_file_read(server, "registration.shared_secret_file", config->registration.shared_secret_file,
                             &server->registration_secret, err));
    TRY(appservice_registry_new(config->appservices.files.items, config->appservices.files.count, config->server.name,
                                &server->appservices, err));
    server->last_seen = last_seen_new();
    TRY(policy_new(config->policy.root.len ? config->policy.root.ptr : NULL, &operator, & server->policy, err));
    /* Without results nothing is lit; the server works. */
    if (proofs_read(&server->arena, NULL, &server->proofs, NULL) != RC_OK)
        server->proofs = NULL;
    server->self_checks = self_checks_new(config->server.data);
    return start_outbox(server, err);
}

void parts_stop(struct server *server)
{
    outbox_free(&server->outbox);
    server->sent = NULL;
    self_checks_free(&server->self_checks);
    last_seen_free(&server->last_seen);
    login_tokens_free(&server->login_tokens);
    nonces_free(&server->nonces);
    uia_free(&server->uia);
    appservice_registry_free(&server->appservices);
}

enum rc parts_write_last_seen(struct tx *tx, struct server *server)
{
    return last_seen_write(server->last_seen, tx);
}

enum rc parts_reap_codes(struct tx *tx, struct server *server)
{
    (void)server;
    return codes_reap(tx);
}
