/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Outgoing messages: sealed rows, tried again until they lapse, never to those who said no (obligation 1.9). */
#include "notify/outbox_rows.h"
#include "support/stores.h"

#include <pthread.h>

static enum rc add_run(struct tx *tx, void *arg)
{
    return outbox_add(tx, NULL, arg);
}

struct claim {
    const char *channel; /* NULL: "sms" */
    struct outbox_row *rows;
    size_t count;
    int64_t next_ms;
};

static enum rc claim_run(struct tx *tx, void *arg)
{
    struct claim *claim = arg;
    return outbox_rows_claim(tx, str_of(claim->channel ? claim->channel : "sms"), &claim->rows, &claim->count,
                             &claim->next_ms);
}

static enum rc remove_run(struct tx *tx, void *arg)
{
    return outbox_rows_remove(tx, *(uint64_t *)arg);
}

static enum rc refuse_run(struct tx *tx, void *arg)
{
    return outbox_set_refused(tx, S("+4915123456789"), *(bool *)arg);
}

static struct outgoing message(struct stores *stores)
{
    return (struct outgoing){.channel = "sms",
                             .recipient = S("+4915123456789"),
                             .text = S("code \"1\"\n"),
                             .lapses_ms = stores->env.now + 60000};
}

static void a_message_comes_back_until_it_is_removed(void **state)
{
    struct stores *stores = *state;
    struct outgoing sms = message(stores);
    struct claim claim = {0};
    assert_int_equal(stores_write(stores, add_run, &sms), RC_OK);
    stores_restart(stores);
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 1);
    assert_true(str_eq(claim.rows[0].message.recipient, S("+4915123456789")));
    assert_true(str_eq(claim.rows[0].message.text, S("code \"1\"\n")));
    uint64_t nid = claim.rows[0].nid;
    /* Not at once again, but later. */
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 0);
    stores->env.now = claim.next_ms;
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 1);
    assert_int_equal(claim.rows[0].nid, nid);
    assert_int_equal(stores_write(stores, remove_run, &nid), RC_OK);
    env_simulated_advance(&stores->env, 30000);
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 0);
}

static void a_lapsed_message_is_not_sent(void **state)
{
    struct stores *stores = *state;
    struct outgoing sms = message(stores);
    struct claim claim = {0};
    assert_int_equal(stores_write(stores, add_run, &sms), RC_OK);
    env_simulated_advance(&stores->env, 60001);
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 0);
}

static void a_number_that_said_stop_gets_nothing_until_it_says_start(void **state)
{
    struct stores *stores = *state;
    struct outgoing sms = message(stores);
    bool refused = true;
    assert_int_equal(stores_write(stores, refuse_run, &refused), RC_OK);
    assert_int_equal(stores_write(stores, add_run, &sms), RC_FORBIDDEN);
    refused = false;
    assert_int_equal(stores_write(stores, refuse_run, &refused), RC_OK);
    assert_int_equal(stores_write(stores, add_run, &sms), RC_OK);
}

static void a_channel_takes_its_own_messages_only(void **state)
{
    struct stores *stores = *state;
    struct outgoing sms = message(stores), mail = message(stores);
    struct claim claim = {0};
    mail.channel = "email";
    mail.recipient = S("ada@example.org");
    mail.subject = S("Subject");
    mail.language = LANGUAGE_ZH_CN;
    assert_int_equal(stores_write(stores, add_run, &mail), RC_OK);
    assert_int_equal(stores_write(stores, add_run, &sms), RC_OK);
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 1);
    assert_string_equal(claim.rows[0].message.channel, "sms");
    assert_int_equal(claim.rows[0].message.subject.len, 0);
    claim.channel = "email";
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 1);
    assert_true(str_eq(claim.rows[0].message.recipient, S("ada@example.org")));
    assert_true(str_eq(claim.rows[0].message.subject, S("Subject")));
    assert_int_equal(claim.rows[0].message.language, LANGUAGE_ZH_CN);
}

/* ---- threads ---- */

/* Delivers when it is let, answers as it is told, and notes what it saw. */
struct tester {
    struct provider provider;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool held, stopped, freed;
    enum rc answer;
    int delivered;
};

static enum rc tester_deliver(struct provider *provider, const struct outgoing *outgoing)
{
    struct tester *self = (struct tester *)provider;
    (void)outgoing;
    pthread_mutex_lock(&self->lock);
    self->delivered++;
    pthread_cond_broadcast(&self->changed);
    while (self->held && !self->stopped)
        pthread_cond_wait(&self->changed, &self->lock);
    enum rc rc = self->stopped ? RC_IO : self->answer;
    pthread_mutex_unlock(&self->lock);
    return rc;
}

static void tester_stop(struct provider *provider)
{
    struct tester *self = (struct tester *)provider;
    pthread_mutex_lock(&self->lock);
    self->stopped = true;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
}

static void tester_free(struct provider *provider)
{
    struct tester *self = (struct tester *)provider;
    assert_false(self->freed);
    self->freed = true;
}

static struct tester tester(void)
{
    return (struct tester){.provider = {tester_deliver, tester_stop, tester_free},
                           .lock = PTHREAD_MUTEX_INITIALIZER,
                           .changed = PTHREAD_COND_INITIALIZER};
}

static void await_delivery(struct tester *tester)
{
    pthread_mutex_lock(&tester->lock);
    while (!tester->delivered)
        pthread_cond_wait(&tester->changed, &tester->lock);
    pthread_mutex_unlock(&tester->lock);
}

static void a_channel_that_is_stuck_holds_no_other_up(void **state)
{
    struct stores *stores = *state;
    struct tester stuck = tester(), other = tester();
    const struct outbox_channel channels[] = {{"email", &stuck.provider}, {"sms", &other.provider}};
    struct outgoing sms = message(stores), mail = message(stores);
    struct outbox *outbox;
    stuck.held = true;
    mail.channel = "email";
    assert_int_equal(stores_write(stores, add_run, &mail), RC_OK);
    assert_int_equal(stores_write(stores, add_run, &sms), RC_OK);
    assert_int_equal(outbox_new(stores->store, channels, 2, &outbox, NULL), RC_OK);
    await_delivery(&stuck);
    await_delivery(&other);
    outbox_free(&outbox); /* and is no reason to wait */
    assert_true(stuck.freed && other.freed);
    struct claim claim = {.channel = "email"};
    env_simulated_advance(&stores->env, 5000);
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 1); /* what was stopped is still there */
}

static void a_provider_of_two_channels_is_freed_once(void **state)
{
    struct stores *stores = *state;
    struct tester both = tester();
    const struct outbox_channel channels[] = {{"email", &both.provider}, {"sms", &both.provider}};
    struct outbox *outbox;
    assert_int_equal(outbox_new(stores->store, channels, 2, &outbox, NULL), RC_OK);
    outbox_free(&outbox);
    assert_true(both.freed);
}

static void what_will_never_be_taken_is_given_up(void **state)
{
    struct stores *stores = *state;
    struct tester never = tester();
    const struct outbox_channel channels[] = {{"sms", &never.provider}};
    struct outgoing sms = message(stores);
    struct outbox *outbox;
    struct claim claim = {0};
    never.answer = RC_FORBIDDEN;
    assert_int_equal(stores_write(stores, add_run, &sms), RC_OK);
    assert_int_equal(outbox_new(stores->store, channels, 1, &outbox, NULL), RC_OK);
    await_delivery(&never);
    outbox_free(&outbox);
    env_simulated_advance(&stores->env, 5000);
    assert_int_equal(stores_write(stores, claim_run, &claim), RC_OK);
    assert_int_equal(claim.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_message_comes_back_until_it_is_removed),
        STORES_TEST(a_lapsed_message_is_not_sent),
        STORES_TEST(a_number_that_said_stop_gets_nothing_until_it_says_start),
        STORES_TEST(a_channel_takes_its_own_messages_only),
        STORES_TEST(a_channel_that_is_stuck_holds_no_other_up),
        STORES_TEST(a_provider_of_two_channels_is_freed_once),
        STORES_TEST(what_will_never_be_taken_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
