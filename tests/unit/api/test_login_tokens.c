/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Login tokens: one use, a short life, a bounded table. */
#include "api/login_tokens.h"
#include "support/cmocka.h"

#include <stdlib.h>

struct fixture {
    struct env_simulated env;
    struct arena arena;
    struct login_tokens *tokens;
    uint64_t user_nid, device_nid;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    env_simulated_init(&f->env, 0, 1);
    f->tokens = login_tokens_new(&f->env.env);
    *state = f;
    return crypto_init() == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    login_tokens_free(&f->tokens);
    arena_fini(&f->arena);
    free(f);
    return 0;
}

static str make(struct fixture *f, uint64_t user_nid)
{
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    str token = crypto_token_new(&f->env.env, &f->arena, "t_");
    crypto_token_hash(token, hash);
    login_tokens_add(f->tokens, hash, user_nid, 70);
    return token;
}

static enum rc take(struct fixture *f, str token)
{
    return login_tokens_take(f->tokens, token, &f->user_nid, &f->device_nid);
}

static void a_token_is_good_once(void **state)
{
    struct fixture *f = *state;
    str token = make(f, 7);
    assert_int_equal(take(f, token), RC_OK);
    assert_int_equal(f->user_nid, 7);
    assert_int_equal(f->device_nid, 70);
    assert_int_equal(take(f, token), RC_FORBIDDEN);
    assert_int_equal(take(f, S("t_unknown")), RC_FORBIDDEN);
    assert_int_equal(take(f, S("")), RC_FORBIDDEN);
}

static void a_token_ends_by_itself(void **state)
{
    struct fixture *f = *state;
    str token = make(f, 7);
    env_simulated_advance(&f->env, LOGIN_TOKEN_LIFE_MS - 1);
    str later = make(f, 8);
    env_simulated_advance(&f->env, 1);
    assert_int_equal(take(f, token), RC_FORBIDDEN);
    assert_int_equal(take(f, later), RC_OK);
}

static void the_next_one_has_to_wait(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(login_tokens_wait_ms(f->tokens, 7), 0);
    str token = make(f, 7);
    assert_int_equal(take(f, token), RC_OK);
    assert_int_equal(login_tokens_wait_ms(f->tokens, 7), LOGIN_TOKEN_GAP_MS);
    assert_int_equal(login_tokens_wait_ms(f->tokens, 8), 0);
    env_simulated_advance(&f->env, LOGIN_TOKEN_GAP_MS);
    assert_int_equal(login_tokens_wait_ms(f->tokens, 7), 0);
}

static void the_oldest_makes_room(void **state)
{
    struct fixture *f = *state;
    str first = make(f, 7), second = make(f, 8);
    for (int i = 0; i < LOGIN_TOKENS - 1; i++)
        make(f, 9);
    assert_int_equal(take(f, first), RC_FORBIDDEN);
    assert_int_equal(take(f, second), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_is_good_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_token_ends_by_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(the_next_one_has_to_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(the_oldest_makes_room, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
