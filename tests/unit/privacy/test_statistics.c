/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Statistics (obligation 1.23). What an answer gives away of one account is measured: the same question is counted with
 * and without them, the noise drawn many times, and no outcome may be more than e^epsilon times as frequent on one
 * side.
 */
#include "privacy/audit.h"
#include "privacy/statistics_private.h"
#include "room/membership.h"
#include "support/stores.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)

enum { CROWD = 30, QUERIES = 5 };

static const struct act act = {.actor = ACTOR_COMMAND,
                               .purpose = PURPOSE_STATISTICS,
                               .purposes = PURPOSE_BIT(PURPOSE_STATISTICS),
                               .basis = BASIS_CONTRACT,
                               .reason = "test"};

/* ---- people and what they did, as bare rows ---- */

static enum rc put(struct db *db, const char *sql, int64_t a, int64_t b, int64_t c, int64_t d)
{
    struct db_query q;
    const int64_t values[] = {a, b, c, d};
    TRY(db_query(db, &q, sql, NULL));
    for (int i = 0; i < 4; i++)
        db_bind_i64(&q, i + 1, values[i]);
    return db_run(&q, NULL);
}

struct person {
    int64_t nid;
    int messages, rooms;
};

/* One account with all it did, as much as is asked. */
static enum rc person_run(struct tx *tx, void *arg)
{
    const struct person *person = arg;
    int64_t now = env_now_ms(tx->env), pos = 0;
    static int64_t next_id = 1;
    TRY(put(tx_chat(tx), "INSERT INTO user(nid, flags, created) VALUES(?1, ?2, ?3 + ?4)", person->nid, 0, now, 0));
    TRY(put(tx_chat(tx),
            "INSERT INTO device(nid, user_nid, device_id, created_ms, seen_ms) VALUES(?1, ?2, 'd', ?3, ?4)",
            person->nid, person->nid, now, now));
    TRY(put(tx_vault(tx),
            "INSERT INTO consent(subject_nid, purpose, granted, version, sha256, language, surface, given_ms)"
            " VALUES(?1, 'service', ?2, '1', x'', 'en', 'test', ?3 + ?4)",
            person->nid, 1, now, 0));
    for (int room = 1; room <= person->rooms; room++)
        TRY(put(tx_chat(tx), "INSERT INTO membership(user, room, membership, pos) VALUES(?1, ?2, ?3, ?4)", person->nid,
                room, MEMBERSHIP_JOIN, room));
    for (int i = 0; i < person->messages; i++) {
        pos = tx_next_pos(tx);
        TRY(put(tx_chat(tx),
                "INSERT INTO event(pos, room, sender, target, flags, ts, notify_total, id, device, txn, sealed)"
                " VALUES(?1, 1, ?2, 0, 0, ?3, 0, x'', 0, ?4, x'')",
                pos, person->nid, now - DAY_MS, next_id++));
    }
    return RC_OK;
}

static void add_person(struct stores *stores, int64_t nid, int messages, int rooms)
{
    struct person person = {nid, messages, rooms};
    assert_int_equal(stores_write(stores, person_run, &person), RC_OK);
}

static int with_crowd(void **state)
{
    stores_set_up(state);
    for (int64_t nid = 1; nid <= CROWD; nid++)
        add_person(*state, nid, (int)(nid % 7), (int)(nid % 3));
    return 0;
}

struct counting {
    const struct statistics_query *query;
    struct statistics_numbers numbers;
};

static enum rc count_run(struct tx *tx, void *arg)
{
    struct counting *counting = arg;
    counting->numbers.count = 0;
    return counting->query->count(tx, &counting->numbers);
}

static struct statistics_numbers count(struct stores *stores, const struct statistics_query *query)
{
    struct counting counting = {.query = query};
    assert_int_equal(store_write_wait(stores->store, &act, &stores->arena, count_run, &counting), RC_OK);
    return counting.numbers;
}

/* ---- how much one account can change ---- */

static int64_t distance(const struct statistics_numbers *a, const struct statistics_numbers *b, int64_t *ret_most_each)
{
    int64_t sum = 0;
    assert_int_equal(a->count, b->count);
    *ret_most_each = 0;
    for (size_t i = 0; i < a->count; i++) {
        int64_t d = a->numbers[i].exact - b->numbers[i].exact;
        d = d < 0 ? -d : d;
        assert_true(str_eq(a->numbers[i].label, b->numbers[i].label));
        sum += d;
        *ret_most_each = d > *ret_most_each ? d : *ret_most_each;
    }
    return sum;
}

static void test_1_23_one_account_changes_an_answer_by_no_more_than_is_said(void **state)
{
    struct stores *stores = *state;
    struct statistics_numbers before[QUERIES], after[QUERIES];
    assert_int_equal(statistics_query_count, QUERIES);
    for (size_t i = 0; i < QUERIES; i++)
        before[i] = count(stores, &statistics_queries[i]);
    add_person(stores, 1000, 500, 50);
    for (size_t i = 0; i < QUERIES; i++) {
        int64_t most_each, changed;
        after[i] = count(stores, &statistics_queries[i]);
        changed = distance(&before[i], &after[i], &most_each);
        if (changed == 0 || changed > statistics_queries[i].most || most_each > statistics_queries[i].most_each)
            fail_msg("%s: %lld, at most %lld", statistics_queries[i].name, (long long)changed,
                     (long long)statistics_queries[i].most);
    }
}

static void the_counts_are_right(void **state)
{
    struct stores *stores = *state;
    assert_int_equal(count(stores, &statistics_queries[0]).numbers[0].exact, CROWD);
    assert_int_equal(count(stores, &statistics_queries[1]).numbers[0].exact, CROWD);
    assert_true(str_eq(count(stores, &statistics_queries[1]).numbers[0].label, S("2023-11")));
    assert_true(str_eq(count(stores, &statistics_queries[1]).numbers[11].label, S("2022-12")));
    assert_int_equal(count(stores, &statistics_queries[2]).numbers[LANGUAGE_EN].exact, CROWD);
    /* 1 … 30 mod 7: four times 0 to 6, and 1, 2. */
    assert_int_equal(count(stores, &statistics_queries[3]).numbers[0].exact, 4 * 21 + 3);
    /* Room 1 has the 20 of them that are in any, room 2 the 10 that are in two. */
    struct statistics_numbers rooms = count(stores, &statistics_queries[4]);
    assert_int_equal(rooms.numbers[3].exact, 1);
    assert_int_equal(rooms.numbers[4].exact, 1);
}

/* ---- what an answer gives away, measured ---- */

enum { DRAWS = 60000, ENOUGH = 400 };

/* How often the number is shown, and at least `from`. */
static int at_least(struct env *env, const struct statistics_query *query, int64_t exact, int64_t from)
{
    int hits = 0;
    for (int i = 0; i < DRAWS; i++) {
        bool shown;
        int64_t noisy = statistics_noisy(env, query, exact, &shown);
        hits += shown && noisy >= from;
    }
    return hits;
}

static void test_1_23_the_measured_loss_of_privacy_is_what_was_paid(void **state)
{
    struct stores *stores = *state;
    double epsilon = (double)STATISTICS_EPSILON / 1e6, worst = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        const struct statistics_query *query = &statistics_queries[i];
        /* Where the crowd is large enough to be shown at all, with one account more that does all it can. */
        int64_t crowd = 200 * query->most;
        for (int64_t step = -1; step <= 2; step++) {
            int64_t from = crowd + step * query->most;
            int without = at_least(&stores->env.env, query, crowd, from);
            int with = at_least(&stores->env.env, query, crowd + query->most, from);
            assert_true(without >= ENOUGH && with >= ENOUGH);
            double loss = log((double)with / without), error = 4 * sqrt(1.0 / with + 1.0 / without);
            if (loss > epsilon + error)
                fail_msg("%s: loses %.3f, paid %.3f", query->name, loss, epsilon);
            worst = loss > worst ? loss : worst;
        }
    }
    /* And the measure does see it: where it is greatest, it is nearly all that was paid. */
    assert_true(worst > 0.8 * epsilon);
}

static void test_1_23_groups_of_too_few_are_left_out(void **state)
{
    struct stores *stores = *state;
    for (size_t i = 0; i < QUERIES; i++) {
        const struct statistics_query *query = &statistics_queries[i];
        int64_t few = (STATISTICS_GROUP_MIN - 1) * query->most_each;
        /* Once in a thousand times at most. */
        assert_in_range(at_least(&stores->env.env, query, few, INT64_MIN), 0, DRAWS / 1000);
        assert_in_range(at_least(&stores->env.env, query, 0, INT64_MIN), 0, DRAWS / 1000);
        assert_int_equal(at_least(&stores->env.env, query, 1000 * query->most, INT64_MIN), DRAWS);
    }
}

/* ---- the budget ---- */

static enum rc ask(struct stores *stores, const char *query, str *ret_answer, struct error *err)
{
    return statistics_ask(stores->store, &stores->arena, str_of(query), ret_answer, err);
}

static struct statistics_standing standing(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    struct statistics_standing result;
    assert_int_equal(statistics_standing(&tx, &result), RC_OK);
    return result;
}

static void test_1_23_past_the_budget_nothing_is_answered_until_it_is_renewed(void **state)
{
    struct stores *stores = *state;
    str answer;
    struct error err = {0};
    int asked = 0;
    assert_int_equal(standing(stores).left, STATISTICS_BUDGET);
    while (asked < 100 && ask(stores, "messages", &answer, &err) == RC_OK) {
        asked++;
        env_simulated_advance(&stores->env, DAY_MS);
    }
    assert_int_equal(asked, STATISTICS_BUDGET / STATISTICS_EPSILON);
    assert_int_equal(err.rc, RC_LIMITED);
    assert_non_null(strstr(err.text, "privacy budget is spent"));
    assert_non_null(strstr(err.text, "in 341 days"));
    assert_int_equal(standing(stores).left, 0);
    /* Not for another question either, not after a restart, not with the clock set back. */
    assert_int_equal(ask(stores, "rooms-size", &answer, &err), RC_LIMITED);
    stores_restart(stores);
    assert_int_equal(ask(stores, "rooms-size", &answer, &err), RC_LIMITED);
    env_simulated_advance(&stores->env, -1000 * DAY_MS);
    assert_int_equal(ask(stores, "rooms-size", &answer, &err), RC_LIMITED);
    env_simulated_advance(&stores->env, 1000 * DAY_MS + 341 * DAY_MS);
    assert_int_equal(ask(stores, "rooms-size", &answer, &err), RC_OK);
    assert_int_equal(ask(stores, "accounts-joined", &answer, &err), RC_LIMITED);
}

static void test_1_23_the_same_question_on_one_day_is_answered_once(void **state)
{
    struct stores *stores = *state;
    str one, again;
    assert_int_equal(ask(stores, "messages", &one, NULL), RC_OK);
    add_person(stores, 1000, 40, 3);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(ask(stores, "messages", &again, NULL), RC_OK);
        assert_true(str_eq(one, again));
    }
    assert_int_equal(standing(stores).left, STATISTICS_BUDGET - STATISTICS_EPSILON);
    assert_int_equal(ask(stores, "no-such", &again, NULL), RC_NOT_FOUND);
}

static const char *const attacks[] = {
    "DELETE FROM statistics_release",
    "UPDATE statistics_release SET epsilon_micro = 1",
    "UPDATE statistics_release SET at_ms = 0",
    "INSERT OR REPLACE INTO statistics_release SELECT nid, 0, query, 1, result FROM statistics_release",
    "INSERT INTO statistics_release(at_ms, query, epsilon_micro, result) VALUES(1, 'x', -1000000, '')",
};

static enum rc attack_run(struct tx *tx, void *arg)
{
    struct db_query q;
    TRY(db_query(tx_vault(tx), &q, *(const char *const *)arg, NULL));
    return db_run(&q, NULL);
}

static void test_1_23_what_was_spent_stays_spent(void **state)
{
    struct stores *stores = *state;
    str answer;
    assert_int_equal(ask(stores, "messages", &answer, NULL), RC_OK);
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++)
        assert_int_not_equal(stores_write(stores, attack_run, (void *)&attacks[i]), RC_OK);
    assert_int_equal(standing(stores).left, STATISTICS_BUDGET - STATISTICS_EPSILON);
}

static void test_1_23_an_answer_names_nobody_and_is_on_the_record(void **state)
{
    struct stores *stores = *state;
    str answer;
    struct db_query q;
    int64_t before = 0, after = 0;
    for (int i = 0; i < 2; i++) {
        struct tx tx = stores_read(stores);
        assert_int_equal(db_query(tx_vault(&tx), &q, "SELECT count(*) FROM audit", NULL), RC_OK);
        if (db_next(&q))
            *(i ? &after : &before) = db_column_i64(&q, 0);
        assert_int_equal(db_done(&q, NULL), RC_OK);
        if (!i)
            assert_int_equal(ask(stores, "messages", &answer, NULL), RC_OK);
    }
    /* The look at the field, and the release. */
    assert_int_equal(after - before, 2);
    assert_true(str_starts(answer, S("{\"query\":\"messages\"")));
}

/* ---- kill -9 ---- */

static void publish_until_killed(const char *folder, int out)
{
    struct env_simulated env;
    struct store *store;
    struct store_config config = {folder, S("example.org"), 64 << 20, 2};
    env_simulated_init(&env, 1700000000000, 7);
    if (store_open(&env.env, &config, &store, NULL) != RC_OK)
        _exit(1);
    for (;;) {
        struct arena arena = ARENA_INIT;
        str answer;
        for (size_t i = 0; i < QUERIES; i++)
            if (statistics_ask(store, &arena, str_of(statistics_queries[i].name), &answer, NULL) == RC_OK
                && write(out, "x", 1) != 1)
                _exit(2);
        env_simulated_advance(&env, DAY_MS);
        arena_fini(&arena);
    }
}

static void test_1_23_no_number_leaves_that_was_not_paid_for_before_a_crash(void **state)
{
    (void)state;
    for (int round = 0; round < 6; round++) {
        struct stores stores = {.arena = ARENA_INIT};
        int pipes[2], left = 0, status;
        char byte;
        folder_make(&stores.folder);
        env_simulated_init(&stores.env, 1700000000000, 7);
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        if (child == 0)
            publish_until_killed(stores.folder.path, pipes[1]);
        close(pipes[1]);
        /* Killed somewhere in the next one. */
        while (left < 1 + 2 * round && read(pipes[0], &byte, 1) == 1)
            left++;
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        while (read(pipes[0], &byte, 1) == 1)
            left++;
        close(pipes[0]);
        stores_start(&stores);
        int64_t spent = STATISTICS_BUDGET - standing(&stores).left;
        assert_true(spent >= left * STATISTICS_EPSILON);
        assert_true(spent <= (left + 1) * STATISTICS_EPSILON);
        arena_fini(&stores.arena);
        store_close(&stores.store);
        folder_remove(&stores.folder);
    }
}

static int start_crypto(void **state)
{
    (void)state;
    return crypto_init() == RC_OK ? 0 : -1;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, with_crowd, stores_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: a process that has no threads yet can be split. */
        cmocka_unit_test(test_1_23_no_number_leaves_that_was_not_paid_for_before_a_crash),
        TEST(test_1_23_one_account_changes_an_answer_by_no_more_than_is_said),
        TEST(the_counts_are_right),
        TEST(test_1_23_the_measured_loss_of_privacy_is_what_was_paid),
        TEST(test_1_23_groups_of_too_few_are_left_out),
        TEST(test_1_23_past_the_budget_nothing_is_answered_until_it_is_renewed),
        TEST(test_1_23_the_same_question_on_one_day_is_answered_once),
        TEST(test_1_23_what_was_spent_stays_spent),
        TEST(test_1_23_an_answer_names_nobody_and_is_on_the_record),
    };
    return cmocka_run_group_tests(tests, start_crypto, NULL);
}
