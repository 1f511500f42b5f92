/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/outbox.h"

#include "base/log.h"
#include "crypto/crypto.h"
#include "notify/outbox_rows.h"
#include "store/gate.h"
#include "store/seal.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct outbox {
    struct store *store;
    struct provider *provider;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool kicked, stopping; /* under the lock */
};

/* ---- adding ---- */

static void kick(struct store *store, void *arg)
{
    struct outbox *outbox = arg;
    (void)store;
    pthread_mutex_lock(&outbox->lock);
    outbox->kicked = true;
    pthread_cond_signal(&outbox->changed);
    pthread_mutex_unlock(&outbox->lock);
}

static str contact_blind(struct tx *tx, str contact)
{
    return seal_blind(tx, "message refusal", contact);
}

enum rc outbox_is_refused(struct tx *tx, str contact, bool *ret_refused)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, "SELECT 1 FROM message_refusal WHERE number_blind = ?1", NULL));
    db_bind_blob(&q, 1, contact_blind(tx, contact));
    *ret_refused = db_next(&q);
    return db_done(&q, NULL);
}

enum rc outbox_set_refused(struct tx *tx, str contact, bool refused)
{
    struct db_query q;
    str blind = contact_blind(tx, contact);
    TRY(db_query(tx_vault(tx), &q, "DELETE FROM message_refusal WHERE number_blind = ?1", NULL));
    db_bind_blob(&q, 1, blind);
    TRY(db_run(&q, NULL));
    if (!refused)
        return RC_OK;
    TRY(db_query(tx_vault(tx), &q, "INSERT INTO message_refusal (number_blind, since_ms) VALUES (?1, ?2)", NULL));
    db_bind_blob(&q, 1, blind);
    db_bind_i64(&q, 2, env_now_ms(tx->env));
    return db_run(&q, NULL);
}

enum rc outbox_add(struct tx *tx, struct outbox *outbox, struct outgoing *message)
{
    bool refused;
    TRY(outbox_is_refused(tx, message->recipient, &refused));
    if (refused)
        return RC_FORBIDDEN;
    message->created_ms = env_now_ms(tx->env);
    message->key = crypto_random_name(tx->env, tx->arena, 24);
    TRY(outbox_rows_add(tx, message));
    if (outbox)
        tx_after_commit(tx, kick, NULL, outbox);
    return RC_OK;
}

/* ---- delivering ---- */

struct round {
    struct outbox_row *rows;
    size_t count;
    int64_t next_ms;
    bool over[OUTBOX_BATCH]; /* delivered, or given up */
};

static enum rc claim(struct tx *tx, void *arg)
{
    struct round *round = arg;
    return outbox_rows_claim(tx, &round->rows, &round->count, &round->next_ms);
}

static enum rc settle(struct tx *tx, void *arg)
{
    struct round *round = arg;
    for (size_t i = 0; i < round->count; i++)
        if (round->over[i])
            TRY(outbox_rows_remove(tx, round->rows[i].nid));
    return RC_OK;
}

/* Sending what the person asked for. */
static const struct act delivery = ACT_SERVICE(PURPOSE_ACCOUNT_SECURITY);

static enum rc deliver_round(struct outbox *outbox, struct arena *arena, struct round *round)
{
    *round = (struct round){0};
    TRY(store_write_wait(outbox->store, &delivery, arena, claim, round));
    for (size_t i = 0; i < round->count; i++) {
        enum rc rc = outbox->provider->deliver(outbox->provider, &round->rows[i].message);
        round->over[i] = rc == RC_OK || rc == RC_FORBIDDEN;
        if (rc != RC_OK)
            log_event(LOG_WARN, rc == RC_FORBIDDEN ? "message given up" : "message not delivered yet",
                      LOG_TEXT("channel", round->rows[i].message.channel), LOG_TEXT("rc", rc_name(rc)));
    }
    return round->count ? store_write_wait(outbox->store, &delivery, arena, settle, round) : RC_OK;
}

/* Until something was added, a message is due again, or the end. */
static bool wait_for_work(struct outbox *outbox, int64_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&outbox->lock);
    while (!outbox->kicked && !outbox->stopping)
        if (pthread_cond_timedwait(&outbox->changed, &outbox->lock, &until) != 0)
            break;
    outbox->kicked = false;
    bool going_on = !outbox->stopping;
    pthread_mutex_unlock(&outbox->lock);
    return going_on;
}

static void *deliver_all(void *arg)
{
    struct outbox *outbox = arg;
    struct env *env = store_env(outbox->store);
    struct arena arena = ARENA_INIT;
    struct round round;
    int64_t wait_ms = 0;
    while (wait_for_work(outbox, wait_ms)) {
        enum rc rc = deliver_round(outbox, &arena, &round);
        int64_t pause = rc == RC_OK ? round.next_ms - env_now_ms(env) : 5000;
        wait_ms = pause < 1 ? 1 : pause;
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return NULL;
}

enum rc outbox_new(struct store *store, struct provider *provider, struct outbox **ret_outbox, struct error *err)
{
    struct outbox *outbox = xcalloc(1, sizeof *outbox);
    pthread_condattr_t monotonic;
    outbox->store = store;
    outbox->provider = provider;
    pthread_mutex_init(&outbox->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&outbox->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&outbox->thread, NULL, deliver_all, outbox) != 0) {
        free(outbox);
        return error_set(err, RC_INTERNAL, "cannot start the outbox's thread");
    }
    *ret_outbox = outbox;
    return RC_OK;
}

void outbox_free(struct outbox **outbox)
{
    struct outbox *self = *outbox;
    if (!self)
        return;
    pthread_mutex_lock(&self->lock);
    self->stopping = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    pthread_join(self->thread, NULL);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->lock);
    self->provider->free(self->provider);
    free(self);
    *outbox = NULL;
}
