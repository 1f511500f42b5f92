/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Proving a number by a code: obligation 1.8 (single use, short life, limits per number, device and address). */
#include "store/codes.h"
#include "support/stores.h"

#define NUMBER S("+4915112345678")

static const struct code_limits limits = {
    .enabled = true, .per_number = 3, .per_client = 4, .per_address = 5, .in_all = 100, .gap_ms = 20000};
static const struct code_limits no_limits = {0};

struct start {
    const struct code_limits *limits;
    struct code_request request;
    struct code_start out;
    char sid[64], link_token[64];
};

static enum rc start_run(struct tx *tx, void *arg)
{
    struct start *start = arg;
    enum rc rc = codes_start(tx, start->limits, &start->request, &start->out);
    if (rc == RC_OK) {
        snprintf(start->sid, sizeof start->sid, "%.*s", STR_ARG(start->out.sid));
        snprintf(start->link_token, sizeof start->link_token, "%.*s", STR_ARG(start->out.link_token));
    }
    return rc;
}

static struct start asked(int64_t attempt)
{
    return (struct start){.limits = &no_limits,
                          .request = {.purpose = CODE_REGISTER,
                                      .client_secret = S("secret"),
                                      .contact = NUMBER,
                                      .send_attempt = attempt,
                                      .address = S("192.0.2.1")}};
}

struct submit {
    str sid, secret, code;
    enum code_result result;
    int left;
};

static enum rc submit_run(struct tx *tx, void *arg)
{
    struct submit *submit = arg;
    return codes_submit(tx, submit->sid, submit->secret, submit->code, &submit->result, &submit->left);
}

static enum code_result submit_code(struct stores *stores, const char *sid, const char *secret, const char *code)
{
    struct submit submit = {.sid = str_of(sid), .secret = str_of(secret), .code = str_of(code)};
    assert_int_equal(stores_write(stores, submit_run, &submit), RC_OK);
    return submit.result;
}

static const char *wrong_code(const struct start *start)
{
    return strcmp(start->out.code, "000000") == 0 ? "000001" : "000000";
}

static enum rc consume_run(struct tx *tx, void *arg)
{
    return codes_consume(tx, str_of(arg));
}

static void test_1_8_a_right_code_proves_the_number_once(void **state)
{
    struct stores *stores = *state;
    struct start start = asked(1);
    struct code_proof proof;
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    assert_true(start.out.send);
    assert_int_equal(strlen(start.out.code), CODE_DIGITS);
    struct tx tx = stores_read(stores);
    str sid = str_of(start.sid);
    assert_int_equal(codes_proof(&tx, sid, S("secret"), CODE_REGISTER, &proof), RC_FORBIDDEN);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_RIGHT);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_USED);
    assert_int_equal(codes_proof(&tx, sid, S("secret"), CODE_REGISTER, &proof), RC_OK);
    assert_true(str_eq(proof.contact, NUMBER));
    assert_int_equal(codes_proof(&tx, sid, S("other"), CODE_REGISTER, &proof), RC_NOT_FOUND);
    assert_int_equal(codes_proof(&tx, sid, S("secret"), CODE_LOGIN, &proof), RC_NOT_FOUND);
    assert_int_equal(stores_write(stores, consume_run, start.sid), RC_OK);
    assert_int_equal(codes_proof(&tx, sid, S("secret"), CODE_REGISTER, &proof), RC_FORBIDDEN);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_USED);
}

static void test_1_8_a_code_lives_five_minutes(void **state)
{
    struct stores *stores = *state;
    struct start start = asked(1);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    env_simulated_advance(&stores->env, CODE_LIFE_MS + 1);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_EXPIRED);
}

static void test_1_8_five_wrong_attempts_need_a_new_code(void **state)
{
    struct stores *stores = *state;
    struct start start = asked(1);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    for (int i = 1; i < CODE_ATTEMPTS; i++)
        assert_int_equal(submit_code(stores, start.sid, "secret", wrong_code(&start)), CODE_WRONG);
    assert_int_equal(submit_code(stores, start.sid, "secret", wrong_code(&start)), CODE_TOO_MANY);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_TOO_MANY);
    start.request.send_attempt = 2;
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_RIGHT);
}

static void test_1_8_attempts_survive_a_restart(void **state)
{
    struct stores *stores = *state;
    struct start start = asked(1);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    for (int i = 1; i < CODE_ATTEMPTS; i++)
        assert_int_equal(submit_code(stores, start.sid, "secret", wrong_code(&start)), CODE_WRONG);
    stores_restart(stores);
    assert_int_equal(submit_code(stores, start.sid, "secret", wrong_code(&start)), CODE_TOO_MANY);
}

static void unknown_sessions_and_secrets_look_alike(void **state)
{
    struct stores *stores = *state;
    struct start start = asked(1);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    assert_int_equal(submit_code(stores, start.sid, "other", start.out.code), CODE_NO_SESSION);
    assert_int_equal(submit_code(stores, "nothing", "secret", start.out.code), CODE_NO_SESSION);
}

static void a_message_goes_out_only_for_a_greater_attempt(void **state)
{
    struct stores *stores = *state;
    struct start first = asked(1), again = asked(1), greater = asked(2);
    assert_int_equal(stores_write(stores, start_run, &first), RC_OK);
    assert_int_equal(stores_write(stores, start_run, &again), RC_OK);
    assert_int_equal(stores_write(stores, start_run, &greater), RC_OK);
    assert_false(again.out.send);
    assert_true(greater.out.send);
    assert_string_equal(first.sid, again.sid);
    assert_string_equal(first.sid, greater.sid);
    assert_int_equal(submit_code(stores, first.sid, "secret", greater.out.code), CODE_RIGHT);
}

static void a_silent_session_takes_no_code(void **state)
{
    struct stores *stores = *state;
    struct start start = asked(1);
    start.request.purpose = CODE_LOGIN;
    start.request.silent = true;
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    assert_false(start.out.send);
    assert_true(start.sid[0]);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_WRONG);
    assert_int_equal(submit_code(stores, start.sid, "secret", "none"), CODE_WRONG);
}

static void test_1_8_messages_to_a_number_are_limited(void **state)
{
    struct stores *stores = *state;
    for (int i = 1; i <= 3; i++) {
        struct start start = asked(i);
        start.limits = &limits;
        assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
        struct start hasty = asked(100);
        hasty.limits = &limits;
        assert_int_equal(stores_write(stores, start_run, &hasty), RC_LIMITED);
        assert_true(hasty.out.retry_ms > 0);
        env_simulated_advance(&stores->env, 21000);
    }
    stores_restart(stores);
    struct start fourth = asked(4);
    fourth.limits = &limits;
    assert_int_equal(stores_write(stores, start_run, &fourth), RC_LIMITED);
    env_simulated_advance(&stores->env, fourth.out.retry_ms + 1);
    assert_int_equal(stores_write(stores, start_run, &fourth), RC_OK);
}

static void test_1_8_messages_from_an_address_are_limited(void **state)
{
    struct stores *stores = *state;
    for (int i = 0; i < 6; i++) {
        char number[20], secret[20];
        struct start start = asked(1);
        snprintf(number, sizeof number, "+49151123456%02d", i);
        snprintf(secret, sizeof secret, "device%d", i);
        start.limits = &limits;
        start.request.contact = str_of(number);
        start.request.client_secret = str_of(secret);
        assert_int_equal(stores_write(stores, start_run, &start), i < 5 ? RC_OK : RC_LIMITED);
    }
}

static void test_1_8_messages_for_a_device_are_limited(void **state)
{
    struct stores *stores = *state;
    for (int i = 0; i < 5; i++) {
        char number[20];
        struct start start = asked(1);
        snprintf(number, sizeof number, "+49151123456%02d", i);
        start.limits = &limits;
        start.request.contact = str_of(number);
        assert_int_equal(stores_write(stores, start_run, &start), i < 4 ? RC_OK : RC_LIMITED);
    }
}

/* ---- links ---- */

struct confirm {
    const char *sid, *token;
    struct code_link link;
    char next[64];
    enum rc rc;
};

/* A link that does not fit is an answer, not a failure. */
static enum rc confirm_run(struct tx *tx, void *arg)
{
    struct confirm *confirm = arg;
    confirm->rc = codes_confirm(tx, str_of(confirm->sid), str_of(confirm->token), &confirm->link);
    if (confirm->rc == RC_OK)
        snprintf(confirm->next, sizeof confirm->next, "%.*s", STR_ARG(confirm->link.next_link));
    return RC_OK;
}

static struct confirm confirmed(struct stores *stores, const char *sid, const char *token)
{
    struct confirm confirm = {.sid = sid, .token = token};
    assert_int_equal(stores_write(stores, confirm_run, &confirm), RC_OK);
    return confirm;
}

static struct start mailed(int64_t attempt)
{
    struct start start = asked(attempt);
    start.request.medium = CODE_EMAIL;
    start.request.contact = S("ada@example.org");
    return start;
}

static void a_link_proves_an_address_and_leads_on(void **state)
{
    struct stores *stores = *state;
    struct start start = mailed(1);
    struct code_proof proof;
    start.request.next_link = S("https://chat.example.org/#/go");
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    struct tx tx = stores_read(stores);
    assert_int_equal(codes_proof(&tx, str_of(start.sid), S("secret"), CODE_REGISTER, &proof), RC_FORBIDDEN);
    struct confirm confirm = confirmed(stores, start.sid, start.link_token);
    assert_int_equal(confirm.rc, RC_OK);
    assert_false(confirm.link.used);
    assert_string_equal(confirm.next, "https://chat.example.org/#/go");
    assert_int_equal(codes_proof(&tx, str_of(start.sid), S("secret"), CODE_REGISTER, &proof), RC_OK);
    assert_int_equal(proof.medium, CODE_EMAIL);
    assert_true(str_eq(proof.contact, S("ada@example.org")));
    assert_true(confirmed(stores, start.sid, start.link_token).link.used);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_USED);
}

static void looking_at_a_link_changes_nothing(void **state)
{
    struct stores *stores = *state;
    struct start start = mailed(1);
    struct code_link link;
    struct code_proof proof;
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    struct tx tx = stores_read(stores);
    assert_int_equal(codes_link(&tx, str_of(start.sid), str_of(start.link_token), &link), RC_OK);
    assert_int_equal(link.purpose, CODE_REGISTER);
    assert_int_equal(codes_proof(&tx, str_of(start.sid), S("secret"), CODE_REGISTER, &proof), RC_FORBIDDEN);
}

static void a_link_takes_its_own_secret_only(void **state)
{
    struct stores *stores = *state;
    struct start start = mailed(1), sms = asked(1);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    assert_int_equal(stores_write(stores, start_run, &sms), RC_OK);
    assert_int_equal(confirmed(stores, start.sid, "").rc, RC_NOT_FOUND);
    assert_int_equal(confirmed(stores, start.sid, start.out.code).rc, RC_NOT_FOUND);
    assert_int_equal(confirmed(stores, "nothing", start.link_token).rc, RC_NOT_FOUND);
    assert_int_equal(confirmed(stores, sms.sid, start.link_token).rc, RC_NOT_FOUND);
    assert_int_equal(confirmed(stores, sms.sid, "").rc, RC_NOT_FOUND);
}

static void the_newest_link_counts(void **state)
{
    struct stores *stores = *state;
    struct start first = mailed(1), second = mailed(2);
    assert_int_equal(stores_write(stores, start_run, &first), RC_OK);
    assert_int_equal(stores_write(stores, start_run, &second), RC_OK);
    assert_string_equal(first.sid, second.sid);
    assert_int_equal(confirmed(stores, first.sid, first.link_token).rc, RC_NOT_FOUND);
    assert_int_equal(confirmed(stores, second.sid, second.link_token).rc, RC_OK);
}

static void an_email_is_good_for_half_an_hour(void **state)
{
    struct stores *stores = *state;
    struct start start = mailed(1);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    env_simulated_advance(&stores->env, CODE_EMAIL_LIFE_MS + 1);
    assert_int_equal(confirmed(stores, start.sid, start.link_token).rc, RC_EXPIRED);
    assert_int_equal(submit_code(stores, start.sid, "secret", start.out.code), CODE_EXPIRED);
    start = mailed(2);
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    env_simulated_advance(&stores->env, CODE_EMAIL_LIFE_MS);
    assert_int_equal(confirmed(stores, start.sid, start.link_token).rc, RC_OK);
}

static void a_silent_session_has_no_link(void **state)
{
    struct stores *stores = *state;
    struct start start = mailed(1);
    start.request.silent = true;
    assert_int_equal(stores_write(stores, start_run, &start), RC_OK);
    assert_true(start.out.due);
    assert_false(start.out.send);
    assert_string_equal(start.link_token, "");
    assert_int_equal(confirmed(stores, start.sid, "").rc, RC_NOT_FOUND);
}

static void a_client_secret_has_the_spec_grammar(void **state)
{
    (void)state;
    char longest[257];
    memset(longest, 'a', 256);
    longest[256] = 0;
    assert_true(client_secret_is_valid(S("abcXYZ019.=_-")));
    assert_true(client_secret_is_valid(str_from(longest, 255)));
    assert_false(client_secret_is_valid(str_from(longest, 256)));
    assert_false(client_secret_is_valid(S("")));
    assert_false(client_secret_is_valid(S("a b")));
    assert_false(client_secret_is_valid(S("a/b")));
    assert_false(client_secret_is_valid(S("\xc3\xa4")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(test_1_8_a_right_code_proves_the_number_once),
        STORES_TEST(test_1_8_a_code_lives_five_minutes),
        STORES_TEST(test_1_8_five_wrong_attempts_need_a_new_code),
        STORES_TEST(test_1_8_attempts_survive_a_restart),
        STORES_TEST(unknown_sessions_and_secrets_look_alike),
        STORES_TEST(a_message_goes_out_only_for_a_greater_attempt),
        STORES_TEST(a_silent_session_takes_no_code),
        STORES_TEST(a_link_proves_an_address_and_leads_on),
        STORES_TEST(looking_at_a_link_changes_nothing),
        STORES_TEST(a_link_takes_its_own_secret_only),
        STORES_TEST(the_newest_link_counts),
        STORES_TEST(an_email_is_good_for_half_an_hour),
        STORES_TEST(a_silent_session_has_no_link),
        STORES_TEST(test_1_8_messages_to_a_number_are_limited),
        STORES_TEST(test_1_8_messages_from_an_address_are_limited),
        STORES_TEST(test_1_8_messages_for_a_device_are_limited),
        cmocka_unit_test(a_client_secret_has_the_spec_grammar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
