/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/service_accounts.h"

#include "api/on_behalf.h"
#include "appservice/appservice.h"
#include "courier/courier.h"
#include "privacy/audit.h"

enum rc service_account_make(struct tx *tx, const struct appservice *service, str localpart, uint64_t *ret_nid,
                             struct error *err)
{
    TRY(users_create(tx, localpart, USER_MACHINE, ret_nid, err));
    struct audit_entry entry = {
        .kind = AUDIT_COMMAND,
        .subject = *ret_nid,
        .purpose = PURPOSE_SERVICE,
        .detail = arena_concat(tx->arena, S("account made for application service "), service->id, STR_NONE)};
    return audit_append(tx, &entry);
}

struct making {
    const struct appservices *services;
    struct error *err;
};

static enum rc make_own(struct tx *tx, const struct appservice *service, struct error *err)
{
    const struct user *user;
    uint64_t nid;
    enum rc rc = users_find(tx, service->sender_id, &user);
    if (rc == RC_OK && user->flags & USER_MACHINE)
        return RC_OK;
    if (rc == RC_NOT_FOUND)
        rc = service_account_make(tx, service, service->sender_localpart, &nid, err);
    else if (rc == RC_OK)
        rc = RC_EXISTS;
    if (rc == RC_EXISTS)
        return error_set(err, rc,
                         "application service %.60s: the account %.80s is or was a person's; give the service another "
                         "sender_localpart",
                         arena_cstr(tx->arena, service->id), arena_cstr(tx->arena, service->sender_localpart));
    return rc;
}

static enum rc make_all(struct tx *tx, void *arg)
{
    const struct making *making = arg;
    for (size_t i = 0; i < making->services->count; i++)
        TRY(make_own(tx, making->services->items[i], making->err));
    return RC_OK;
}

static enum rc make_accounts(const struct appservices *services, void *ctx, struct error *err)
{
    static const struct act act = {.actor = ACTOR_APPSERVICE,
                                   .purpose = PURPOSE_SERVICE,
                                   .purposes = PURPOSE_BIT(PURPOSE_SERVICE),
                                   .basis = BASIS_CONTRACT,
                                   .reason = "registered by the operator"};
    struct server *server = ctx;
    struct arena arena = ARENA_INIT;
    struct making making = {services, err};
    enum rc rc = services->count ? store_write_wait(server->store, &act, &arena, make_all, &making) : RC_OK;
    arena_fini(&arena);
    return rc;
}

enum rc service_accounts_start(struct server *server, struct error *err)
{
    return make_accounts(services_now(server), server, err);
}

enum rc service_accounts_reload(struct server *server, struct error *err)
{
    TRY(appservice_registry_reload(server->appservices, make_accounts, server, err));
    courier_retry(server->courier, NULL);
    return RC_OK;
}
