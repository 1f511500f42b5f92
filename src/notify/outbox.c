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

/* A channel and its thread. */
struct lane {
    struct outbox *outbox;
    struct outbox_channel channel;
    pthread_t thread;
    bool kicked; /* under the lock */
};

struct outbox {
    struct store *store;
    struct lane lanes[OUTBOX_CHANNELS_MAX];
    size_t lane_count;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping; /* under the lock */
};

/* ---- adding ---- */

static void kick(struct store *store, void *arg)
{
    struct outbox *outbox = arg;
    (void)store;
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < outbox->lane_count; i++)
        outbox->lanes[i].kicked = true;
    pthread_cond_broadcast(&outbox->changed);
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
    str channel;
    struct outbox_row *rows;
    size_t count;
    int64_t next_ms;
    bool over[OUTBOX_BATCH]; /* delivered, or given up */
};

static enum rc claim(struct tx *tx, void *arg)
{
    struct round *round = arg;
    return outbox_rows_claim(tx, round->channel, &round->rows, &round->count, &round->next_ms);
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

static bool is_stopping(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    bool stopping = outbox->stopping;
    pthread_mutex_unlock(&outbox->lock);
    return stopping;
}

static void deliver_one(struct lane *lane, struct round *round, size_t i)
{
    struct provider *provider = lane->channel.provider;
    enum rc rc = provider->deliver(provider, &round->rows[i].message);
    round->over[i] = rc == RC_OK || rc == RC_FORBIDDEN;
    if (rc != RC_OK)
        log_event(LOG_WARN, rc == RC_FORBIDDEN ? "message given up" : "message not delivered yet",
                  LOG_TEXT("channel", lane->channel.name), LOG_TEXT("rc", rc_name(rc)));
}

static enum rc deliver_round(struct lane *lane, struct arena *arena, struct round *round)
{
    struct store *store = lane->outbox->store;
    *round = (struct round){.channel = str_of(lane->channel.name)};
    TRY(store_write_wait(store, &delivery, arena, claim, round));
    for (size_t i = 0; i < round->count && !is_stopping(lane->outbox); i++)
        deliver_one(lane, round, i);
    return round->count ? store_write_wait(store, &delivery, arena, settle, round) : RC_OK;
}

/* Until something was added, a message is due again, or the end. */
static bool wait_for_work(struct lane *lane, int64_t wait_ms)
{
    struct outbox *outbox = lane->outbox;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += wait_ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&outbox->lock);
    while (!lane->kicked && !outbox->stopping)
        if (pthread_cond_timedwait(&outbox->changed, &outbox->lock, &until) != 0)
            break;
    lane->kicked = false;
    bool going_on = !outbox->stopping;
    pthread_mutex_unlock(&outbox->lock);
    return going_on;
}

static void *deliver_all(void *arg)
{
    struct lane *lane = arg;
    struct env *env = store_env(lane->outbox->store);
    struct arena arena = ARENA_INIT;
    struct round round;
    int64_t wait_ms = 0;
    while (wait_for_work(lane, wait_ms)) {
        enum rc rc = deliver_round(lane, &arena, &round);
        int64_t pause = rc == RC_OK ? round.next_ms - env_now_ms(env) : 5000;
        wait_ms = pause < 1 ? 1 : pause;
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return NULL;
}

/* ---- its life ---- */

static void end_threads(struct outbox *outbox, size_t count)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->stopping = true;
    pthread_cond_broadcast(&outbox->changed);
    pthread_mutex_unlock(&outbox->lock);
    for (size_t i = 0; i < count; i++) {
        struct provider *provider = outbox->lanes[i].channel.provider;
        if (provider->stop)
            provider->stop(provider);
    }
    for (size_t i = 0; i < count; i++)
        pthread_join(outbox->lanes[i].thread, NULL);
    pthread_cond_destroy(&outbox->changed);
    pthread_mutex_destroy(&outbox->lock);
}

enum rc outbox_new(struct store *store, const struct outbox_channel *channels, size_t count, struct outbox **ret_outbox,
                   struct error *err)
{
    struct outbox *outbox = xcalloc(1, sizeof *outbox);
    pthread_condattr_t monotonic;
    outbox->store = store;
    outbox->lane_count = count;
    pthread_mutex_init(&outbox->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&outbox->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (size_t i = 0; i < count; i++) {
        struct lane *lane = &outbox->lanes[i];
        lane->outbox = outbox;
        lane->channel = channels[i];
        if (pthread_create(&lane->thread, NULL, deliver_all, lane) != 0) {
            end_threads(outbox, i);
            free(outbox);
            return error_set(err, RC_INTERNAL, "cannot start the outbox's threads");
        }
    }
    *ret_outbox = outbox;
    return RC_OK;
}

/* Each once, whatever it serves. */
static void free_providers(struct outbox *outbox)
{
    for (size_t i = 0; i < outbox->lane_count; i++) {
        struct provider *provider = outbox->lanes[i].channel.provider;
        if (!provider)
            continue;
        for (size_t k = i; k < outbox->lane_count; k++)
            if (outbox->lanes[k].channel.provider == provider)
                outbox->lanes[k].channel.provider = NULL;
        provider->free(provider);
    }
}

void outbox_free(struct outbox **outbox)
{
    if (!*outbox)
        return;
    end_threads(*outbox, (*outbox)->lane_count);
    free_providers(*outbox);
    free(*outbox);
    *outbox = NULL;
}
