/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Access and refresh tokens (spec "Refreshing access tokens", "Soft logout"). */
#include "store/devices.h"
#include "store/sessions.h"
#include "support/stores.h"

enum { HOUR_MS = 3600000 };

struct tokens {
    uint64_t user, device;
    int64_t lifetime;
    char access[128], refresh[128];
};

static void keep(struct tokens *tokens, const struct session_tokens *made)
{
    snprintf(tokens->access, sizeof tokens->access, "%.*s", STR_ARG(made->access_token));
    snprintf(tokens->refresh, sizeof tokens->refresh, "%.*s", (int)made->refresh_token.len,
             made->refresh_token.ptr ? made->refresh_token.ptr : "");
}

static enum rc sign_in_run(struct tx *tx, void *arg)
{
    struct tokens *tokens = arg;
    struct session_tokens made;
    struct device device;
    bool is_new;
    TRY(devices_ensure(tx, tokens->user, S("PHONE"), &device, &is_new, NULL));
    tokens->device = device.nid;
    TRY(sessions_create(tx, tokens->user, device.nid, tokens->lifetime, &made));
    keep(tokens, &made);
    return RC_OK;
}

static enum rc refresh_run(struct tx *tx, void *arg)
{
    struct tokens *tokens = arg;
    struct session_tokens made;
    uint64_t user;
    TRY(sessions_refresh(tx, str_of(tokens->refresh), HOUR_MS, &made, &user));
    assert_int_equal(user, tokens->user);
    keep(tokens, &made);
    return RC_OK;
}

static enum rc end_run(struct tx *tx, void *arg)
{
    struct tokens *tokens = arg;
    return sessions_end_device(tx, tokens->user, tokens->device);
}

static enum rc nothing_run(struct tx *tx, void *arg)
{
    (void)tx, (void)arg;
    return RC_OK;
}

static struct tokens sign_in(struct stores *stores, int64_t lifetime)
{
    struct tokens tokens = {.user = stores_user(stores, S("alice")), .lifetime = lifetime};
    assert_int_equal(stores_write(stores, sign_in_run, &tokens), RC_OK);
    return tokens;
}

static enum rc find(struct stores *stores, const char *token)
{
    const struct session *session;
    struct tx tx = stores_read(stores);
    enum rc rc = sessions_find(&tx, str_of(token), &session);
    /* A first use ends the predecessor in a write of its own: behind it in the queue, all is done. */
    assert_int_equal(stores_write(stores, nothing_run, NULL), RC_OK);
    return rc;
}

static void a_token_says_who_and_on_which_device(void **state)
{
    struct stores *stores = *state;
    struct tokens tokens = sign_in(stores, 0);
    const struct session *session;
    for (int round = 0; round < 2; round++) { /* from the rows, then from the cache */
        struct tx tx = stores_read(stores);
        assert_int_equal(sessions_find(&tx, str_of(tokens.access), &session), RC_OK);
        assert_int_equal(session->user_nid, tokens.user);
        assert_int_equal(session->device_nid, tokens.device);
        assert_true(str_eq(session->device_id, S("PHONE")));
    }
    assert_string_equal(tokens.refresh, "");
    assert_int_equal(find(stores, "prly_unknown"), RC_UNAUTHORIZED);
    assert_int_equal(find(stores, ""), RC_UNAUTHORIZED);
}

static void an_ended_session_is_gone_at_once_and_for_good(void **state)
{
    struct stores *stores = *state;
    struct tokens tokens = sign_in(stores, 0);
    assert_int_equal(find(stores, tokens.access), RC_OK);
    assert_int_equal(stores_write(stores, end_run, &tokens), RC_OK);
    assert_int_equal(find(stores, tokens.access), RC_UNAUTHORIZED);
    stores_restart(stores);
    assert_int_equal(find(stores, tokens.access), RC_UNAUTHORIZED);
}

static void an_expired_token_is_told_from_an_unknown_one(void **state)
{
    struct stores *stores = *state;
    struct tokens tokens = sign_in(stores, HOUR_MS);
    assert_int_equal(find(stores, tokens.access), RC_OK);
    env_simulated_advance(&stores->env, HOUR_MS);
    assert_int_equal(find(stores, tokens.access), RC_EXPIRED);
    assert_int_equal(stores_write(stores, refresh_run, &tokens), RC_OK);
    assert_int_equal(find(stores, tokens.access), RC_OK);
}

static void the_old_tokens_last_until_a_new_one_is_used(void **state)
{
    struct stores *stores = *state;
    struct tokens old = sign_in(stores, HOUR_MS), lost = old, fresh = old;
    assert_int_equal(stores_write(stores, refresh_run, &lost), RC_OK);
    assert_int_equal(find(stores, old.access), RC_OK);
    /* The answer was lost: the same refresh token again. What was lost is void. */
    assert_int_equal(stores_write(stores, refresh_run, &fresh), RC_OK);
    assert_int_equal(find(stores, lost.access), RC_UNAUTHORIZED);
    assert_int_equal(find(stores, fresh.access), RC_OK);
    assert_int_equal(find(stores, old.access), RC_UNAUTHORIZED);
    assert_int_equal(stores_write(stores, refresh_run, &old), RC_UNAUTHORIZED);
}

static void using_the_new_refresh_token_ends_the_old_tokens_too(void **state)
{
    struct stores *stores = *state;
    struct tokens old = sign_in(stores, HOUR_MS), second = old;
    assert_int_equal(stores_write(stores, refresh_run, &second), RC_OK);
    struct tokens third = second;
    assert_int_equal(stores_write(stores, refresh_run, &third), RC_OK);
    assert_int_equal(find(stores, old.access), RC_UNAUTHORIZED);
    assert_int_equal(find(stores, second.access), RC_OK);
    assert_int_equal(find(stores, third.access), RC_OK);
    assert_int_equal(find(stores, second.access), RC_UNAUTHORIZED);
}

static void signing_in_on_a_device_ends_its_former_session(void **state)
{
    struct stores *stores = *state;
    struct tokens first = sign_in(stores, 0), second = first;
    assert_int_equal(find(stores, first.access), RC_OK);
    assert_int_equal(stores_write(stores, sign_in_run, &second), RC_OK);
    assert_int_equal(second.device, first.device);
    assert_int_equal(find(stores, first.access), RC_UNAUTHORIZED);
    assert_int_equal(find(stores, second.access), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_token_says_who_and_on_which_device),
        STORES_TEST(an_ended_session_is_gone_at_once_and_for_good),
        STORES_TEST(an_expired_token_is_told_from_an_unknown_one),
        STORES_TEST(the_old_tokens_last_until_a_new_one_is_used),
        STORES_TEST(using_the_new_refresh_token_ends_the_old_tokens_too),
        STORES_TEST(signing_in_on_a_device_ends_its_former_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
