/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Outgoing messages: sealed rows, tried again until they lapse, never to those who said no (obligation 1.9). */
#include "notify/outbox_rows.h"
#include "support/stores.h"

static enum rc add_run(struct tx *tx, void *arg)
{
    return outbox_add(tx, NULL, arg);
}

struct claim {
    struct outbox_row *rows;
    size_t count;
    int64_t next_ms;
};

static enum rc claim_run(struct tx *tx, void *arg)
{
    struct claim *claim = arg;
    return outbox_rows_claim(tx, &claim->rows, &claim->count, &claim->next_ms);
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
    struct claim claim;
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
    struct claim claim;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_message_comes_back_until_it_is_removed),
        STORES_TEST(a_lapsed_message_is_not_sent),
        STORES_TEST(a_number_that_said_stop_gets_nothing_until_it_says_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
