/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/sealing.h"

#include "support/cmocka.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return crypto_init() == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static str decoded(str text)
{
    str bytes;
    assert_int_equal(crypto_base64_decode(&arena, text, &bytes), RC_OK);
    return bytes;
}

#define P256DH S("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
#define AUTH S("BTBZMqHH6r4Tts7J_aSIgg")

static void the_example_of_rfc_8291_comes_out(void **state)
{
    (void)state;
    struct subscription browser;
    struct sealing_dice dice;
    struct crypto_key secret;
    str body;
    assert_int_equal(subscription_read(&arena, P256DH, AUTH, &browser), RC_OK);
    memcpy(secret.bytes, decoded(S("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).ptr, sizeof secret.bytes);
    assert_int_equal(p256_key_from(&secret, &dice.key), RC_OK);
    memcpy(dice.salt, decoded(S("DGv6ra1nlYgDCS1FRnbzlw")).ptr, sizeof dice.salt);
    assert_int_equal(sealing_make(&arena, &browser, &dice, S("When I grow up, I want to be a watermelon"), 0, &body),
                     RC_OK);
    str expected = decoded(S("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
                             "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
                             "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"));
    assert_int_equal(body.len, expected.len);
    assert_memory_equal(body.ptr, expected.ptr, expected.len);
}

static str sealed(size_t len)
{
    struct env_simulated env;
    struct subscription browser;
    str body, plain = {arena_alloc(&arena, len + 1), len};
    env_simulated_init(&env, 0, 3);
    assert_int_equal(subscription_read(&arena, P256DH, AUTH, &browser), RC_OK);
    assert_int_equal(sealing_seal(&env.env, &arena, &browser, plain, &body), RC_OK);
    return body;
}

static void a_length_tells_little(void **state)
{
    (void)state;
    assert_int_equal(sealed(1).len, sealed(200).len);
    assert_int_equal(sealed(200).len, sealed(SEALING_STEP - 1).len);
    assert_true(sealed(SEALING_STEP).len > sealed(200).len);
}

static void what_does_not_fit_into_a_record_is_refused(void **state)
{
    (void)state;
    struct env_simulated env;
    struct subscription browser;
    str body, plain = {arena_alloc(&arena, SEALING_PLAIN_MAX + 1), SEALING_PLAIN_MAX + 1};
    env_simulated_init(&env, 0, 3);
    assert_int_equal(subscription_read(&arena, P256DH, AUTH, &browser), RC_OK);
    assert_int_equal(sealing_seal(&env.env, &arena, &browser, plain, &body), RC_TOO_LARGE);
    assert_int_equal(sealed(SEALING_PLAIN_MAX).len, SEALING_RECORD);
}

static void what_is_no_subscription_is_refused(void **state)
{
    (void)state;
    struct subscription browser;
    assert_int_equal(subscription_read(&arena, S("BCVx"), AUTH, &browser), RC_INVALID);
    assert_int_equal(subscription_read(&arena, P256DH, S("BTBZ"), &browser), RC_INVALID);
    assert_int_equal(subscription_read(&arena, P256DH, S("not base64!"), &browser), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_8291_comes_out),
        cmocka_unit_test(a_length_tells_little),
        cmocka_unit_test(what_does_not_fit_into_a_record_is_refused),
        cmocka_unit_test(what_is_no_subscription_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
