/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/log_keeper.h"

#include "base/log.h"
#include "privacy/signed.h"
#include "privacy/tlog.h"
#include "privacy/tlog_walk.h"
#include "store/gate.h"

#include <stdlib.h>

enum { WALK_PIECE = 4096, WALK_EVERY_MS = 3600 * 1000 };

/* The writer's. */
struct log_keeper {
    struct tlog_walk walk;
    bool walking;
    int64_t walk_due_ms;
    bool broken, more;
};

static enum rc walk_begin(struct log_keeper *keeper, struct tx *tx, struct error *err)
{
    struct crypto_signer signer;
    signing_signer(tx->store, SIGNING_LOG, &signer);
    enum rc rc = tlog_walk_begin(tx_vault(tx), tx->arena, tlog_origin(tx->arena, tx->store), signer.public_key,
                                 &keeper->walk, err);
    crypto_wipe(&signer, sizeof signer);
    keeper->walking = rc == RC_OK;
    keeper->walk_due_ms = env_now_ms(tx->env) + WALK_EVERY_MS;
    return rc;
}

static enum rc walk_on(struct log_keeper *keeper, struct tx *tx, struct error *err)
{
    if (!keeper->walking && env_now_ms(tx->env) >= keeper->walk_due_ms)
        TRY(walk_begin(keeper, tx, err));
    if (!keeper->walking)
        return RC_OK;
    TRY(tlog_walk_step(&keeper->walk, tx_vault(tx), tx->arena, WALK_PIECE, err));
    keeper->walking = !keeper->walk.done;
    return RC_OK;
}

static enum rc turn(struct tx *tx, void *arg)
{
    struct log_keeper *keeper = arg;
    struct error err = {.text = ""};
    keeper->more = false;
    if (keeper->broken)
        return RC_OK;
    enum rc rc = walk_on(keeper, tx, &err);
    if (rc == RC_OK)
        rc = tlog_extend(tx, &keeper->more, &err);
    if (rc == RC_CRYPTO) {
        keeper->broken = true;
        log_event(LOG_ERROR, "the public log is not continued", LOG_ERROR_TEXT(&err));
    }
    return rc;
}

enum rc log_keeper_job(struct tx *tx, struct server *server)
{
    return turn(tx, server->log_keeper);
}

static void take_in_all(struct server *server)
{
    static const struct act act = ACT_SERVICE(PURPOSE_RIGHTS);
    enum rc rc;
    do {
        struct arena arena = ARENA_INIT;
        rc = store_write_wait(server->store, &act, &arena, turn, server->log_keeper);
        arena_fini(&arena);
    } while (rc == RC_OK && server->log_keeper->more);
    if (rc != RC_OK && rc != RC_CRYPTO)
        log_event(LOG_ERROR, "the public log could not be written", LOG_TEXT("rc", rc_name(rc)));
}

void log_keeper_start(struct server *server)
{
    server->log_keeper = xcalloc(1, sizeof *server->log_keeper);
    take_in_all(server);
}

void log_keeper_stop(struct server *server)
{
    if (server->log_keeper)
        take_in_all(server);
    free(server->log_keeper);
    server->log_keeper = NULL;
}
