/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spec "Token-authenticated registration": tokens with an end and a number of uses, of which no file tells. */
#include "store/registration_tokens.h"
#include "support/stores.h"

enum { HOUR_MS = 3600 * 1000 };

struct making {
    struct registration_token token;
    char text[REGISTRATION_TOKEN_MAX + 1], id[REGISTRATION_TOKEN_ID + 1];
};

static enum rc make_run(struct tx *tx, void *arg)
{
    struct making *making = arg;
    str text;
    TRY(registration_tokens_make(tx, &making->token, 24, &text));
    snprintf(making->text, sizeof making->text, "%.*s", STR_ARG(text));
    snprintf(making->id, sizeof making->id, "%.*s", STR_ARG(making->token.id));
    return RC_OK;
}

static struct making made(struct stores *stores, int64_t max_uses, int64_t life_ms)
{
    struct making making = {
        .token = {.max_uses = max_uses, .expires_ms = life_ms ? env_now_ms(&stores->env.env) + life_ms : 0}};
    assert_int_equal(stores_write(stores, make_run, &making), RC_OK);
    return making;
}

static enum rc find(struct stores *stores, const char *text, struct registration_token *ret_token)
{
    struct tx tx = stores_read(stores);
    return registration_tokens_find(&tx, str_of(text), ret_token);
}

static enum rc use_run(struct tx *tx, void *arg)
{
    return registration_tokens_use(tx, str_of(arg));
}

static enum rc remove_run(struct tx *tx, void *arg)
{
    return registration_tokens_remove(tx, str_of(arg));
}

static void a_token_is_found_by_its_words_only(void **state)
{
    struct stores *stores = *state;
    struct making making = made(stores, 0, 0);
    struct registration_token found;
    assert_int_equal(strlen(making.text), 24);
    assert_int_equal(find(stores, making.text, &found), RC_OK);
    assert_true(str_eq(found.id, str_of(making.id)));
    assert_int_equal(find(stores, making.id, &found), RC_NOT_FOUND);
    assert_int_equal(find(stores, "", &found), RC_NOT_FOUND);
}

static void its_uses_are_counted_and_end(void **state)
{
    struct stores *stores = *state;
    struct making making = made(stores, 2, 0);
    struct registration_token found;
    assert_int_equal(stores_write(stores, use_run, making.id), RC_OK);
    assert_int_equal(stores_write(stores, use_run, making.id), RC_OK);
    assert_int_equal(stores_write(stores, use_run, making.id), RC_EXPIRED);
    assert_int_equal(find(stores, making.text, &found), RC_OK);
    assert_int_equal(found.uses, 2);
}

static void one_without_a_number_of_uses_never_wears_out(void **state)
{
    struct stores *stores = *state;
    struct making making = made(stores, 0, 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(stores_write(stores, use_run, making.id), RC_OK);
}

static void its_time_ends(void **state)
{
    struct stores *stores = *state;
    struct making making = made(stores, 0, HOUR_MS);
    struct registration_token found;
    env_simulated_advance(&stores->env, HOUR_MS - 1);
    assert_int_equal(find(stores, making.text, &found), RC_OK);
    env_simulated_advance(&stores->env, 1);
    assert_int_equal(find(stores, making.text, &found), RC_EXPIRED);
    assert_int_equal(stores_write(stores, use_run, making.id), RC_EXPIRED);
}

static void one_taken_back_is_none_also_for_who_has_its_identifier(void **state)
{
    struct stores *stores = *state;
    struct making making = made(stores, 0, 0);
    struct registration_token found;
    assert_int_equal(stores_write(stores, remove_run, making.id), RC_OK);
    struct making next = made(stores, 0, 0); /* in its place */
    assert_int_equal(next.token.nid, making.token.nid);
    assert_int_equal(find(stores, making.text, &found), RC_NOT_FOUND);
    assert_int_equal(stores_write(stores, use_run, making.id), RC_EXPIRED);
    assert_int_equal(stores_write(stores, remove_run, making.id), RC_NOT_FOUND);
}

static void they_are_listed_in_the_order_they_were_made(void **state)
{
    struct stores *stores = *state;
    struct making first = made(stores, 1, 0), second = made(stores, 0, HOUR_MS);
    struct tx tx = stores_read(stores);
    struct registration_token token;
    assert_int_equal(registration_tokens_next(&tx, 0, &token), RC_OK);
    assert_true(str_eq(token.id, str_of(first.id)));
    assert_int_equal(registration_tokens_next(&tx, token.nid, &token), RC_OK);
    assert_true(str_eq(token.id, str_of(second.id)));
    assert_int_equal(registration_tokens_next(&tx, token.nid, &token), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_token_is_found_by_its_words_only),
        STORES_TEST(its_uses_are_counted_and_end),
        STORES_TEST(one_without_a_number_of_uses_never_wears_out),
        STORES_TEST(its_time_ends),
        STORES_TEST(one_taken_back_is_none_also_for_who_has_its_identifier),
        STORES_TEST(they_are_listed_in_the_order_they_were_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
