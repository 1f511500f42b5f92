/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Nonces: each good once, for a minute, in a bounded table. */
#include "api/nonces.h"
#include "crypto/crypto.h"
#include "support/cmocka.h"

struct fixture {
    struct env_simulated env;
    struct arena arena;
    struct nonces *nonces;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.arena = ARENA_INIT};
    env_simulated_init(&fixture.env, 0, 1);
    fixture.nonces = nonces_new(&fixture.env.env);
    *state = &fixture;
    return crypto_init() == RC_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    nonces_free(&fixture->nonces);
    arena_fini(&fixture->arena);
    return 0;
}

static void a_nonce_is_good_once(void **state)
{
    struct fixture *fixture = *state;
    str nonce = nonces_draw(fixture->nonces, &fixture->arena);
    assert_int_equal(nonces_take(fixture->nonces, nonce), RC_OK);
    assert_int_equal(nonces_take(fixture->nonces, nonce), RC_FORBIDDEN);
}

static void what_was_not_drawn_is_none(void **state)
{
    struct fixture *fixture = *state;
    static const char zeros[NONCE_LENGTH];
    nonces_draw(fixture->nonces, &fixture->arena);
    assert_int_equal(nonces_take(fixture->nonces, S("")), RC_FORBIDDEN);
    assert_int_equal(nonces_take(fixture->nonces, S("short")), RC_FORBIDDEN);
    assert_int_equal(nonces_take(fixture->nonces, str_from(zeros, sizeof zeros)), RC_FORBIDDEN);
}

static void its_time_ends(void **state)
{
    struct fixture *fixture = *state;
    str early = nonces_draw(fixture->nonces, &fixture->arena), late = nonces_draw(fixture->nonces, &fixture->arena);
    env_simulated_advance(&fixture->env, NONCE_LIFE_MS - 1);
    assert_int_equal(nonces_take(fixture->nonces, early), RC_OK);
    env_simulated_advance(&fixture->env, 1);
    assert_int_equal(nonces_take(fixture->nonces, late), RC_FORBIDDEN);
}

static void the_oldest_makes_room(void **state)
{
    struct fixture *fixture = *state;
    str first = nonces_draw(fixture->nonces, &fixture->arena), second = nonces_draw(fixture->nonces, &fixture->arena);
    for (int i = 2; i <= NONCES; i++)
        nonces_draw(fixture->nonces, &fixture->arena);
    assert_int_equal(nonces_take(fixture->nonces, first), RC_FORBIDDEN);
    assert_int_equal(nonces_take(fixture->nonces, second), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_nonce_is_good_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_not_drawn_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_time_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_oldest_makes_room, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
