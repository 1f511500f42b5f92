/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of user-interactive authentication: bounded, short-lived. */
#include "api/uia_session.h"
#include "support/cmocka.h"

static const struct uia_operation operation = {.name = "test"};

static struct uia_session begin(struct uia *uia)
{
    struct uia_session session = {.operation = &operation, .user_nid = 7};
    uia_session_add(uia, &session);
    return session;
}

static void a_session_keeps_what_was_completed(void **state)
{
    (void)state;
    struct env_simulated env;
    env_simulated_init(&env, 0, 1);
    struct uia *uia = uia_new(&env.env);
    struct uia_session session = begin(uia), found;
    session.completed = UIA_TERMS;
    uia_session_set(uia, &session);
    assert_int_equal(uia_session_get(uia, str_of(session.id), &found), RC_OK);
    assert_int_equal(found.completed, UIA_TERMS);
    assert_int_equal(found.user_nid, 7);
    uia_session_remove(uia, str_of(session.id));
    assert_int_equal(uia_session_get(uia, str_of(session.id), &found), RC_NOT_FOUND);
    uia_session_set(uia, &session); /* gone: nothing comes back */
    assert_int_equal(uia_session_get(uia, str_of(session.id), &found), RC_NOT_FOUND);
    uia_free(&uia);
}

/* A look at how things stand must not undo what is passed at the same moment. */
static void remembering_parameters_changes_nothing_else(void **state)
{
    (void)state;
    struct env_simulated env;
    env_simulated_init(&env, 0, 1);
    struct uia *uia = uia_new(&env.env);
    struct uia_session early = begin(uia), late = early, found;
    late.completed = UIA_TERMS;
    uia_session_set(uia, &late);
    memcpy(early.remembered, "{}", 2);
    early.remembered_len = 2;
    uia_session_remember(uia, &early);
    assert_int_equal(uia_session_get(uia, str_of(early.id), &found), RC_OK);
    assert_int_equal(found.completed, UIA_TERMS);
    assert_int_equal(found.remembered_len, 2);
    uia_free(&uia);
}

static void a_session_ends_by_itself(void **state)
{
    (void)state;
    struct env_simulated env;
    env_simulated_init(&env, 0, 1);
    struct uia *uia = uia_new(&env.env);
    struct uia_session session = begin(uia), found;
    env_simulated_advance(&env, UIA_SESSION_LIFE_MS);
    assert_int_equal(uia_session_get(uia, str_of(session.id), &found), RC_NOT_FOUND);
    uia_free(&uia);
}

static void the_oldest_goes_when_the_table_is_full(void **state)
{
    (void)state;
    struct env_simulated env;
    env_simulated_init(&env, 0, 1);
    struct uia *uia = uia_new(&env.env);
    struct uia_session first = begin(uia), second = begin(uia), found;
    for (int i = 2; i <= UIA_SESSIONS; i++)
        begin(uia);
    assert_int_equal(uia_session_get(uia, str_of(first.id), &found), RC_NOT_FOUND);
    assert_int_equal(uia_session_get(uia, str_of(second.id), &found), RC_OK);
    uia_free(&uia);
}

static struct uia_session holding(struct uia *uia, const char *token)
{
    struct uia_session session = {.operation = &operation};
    memcpy(session.token, token, strlen(token) + 1);
    uia_session_add(uia, &session);
    return session;
}

static void a_registration_token_is_held_until_the_session_ends_or_made_its_account(void **state)
{
    (void)state;
    struct env_simulated env;
    env_simulated_init(&env, 0, 1);
    struct uia *uia = uia_new(&env.env);
    begin(uia);
    holding(uia, "another");
    struct uia_session first = holding(uia, "token"), second = holding(uia, "token");
    assert_int_equal(uia_sessions_holding(uia, S("token"), S("")), 2);
    assert_int_equal(uia_sessions_holding(uia, S("token"), str_of(first.id)), 1);
    first.made_user_nid = 7;
    uia_session_set(uia, &first);
    assert_int_equal(uia_sessions_holding(uia, S("token"), S("")), 1);
    env_simulated_advance(&env, UIA_SESSION_LIFE_MS);
    assert_int_equal(uia_sessions_holding(uia, S("token"), S("")), 0);
    uia_session_remove(uia, str_of(second.id));
    uia_free(&uia);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_keeps_what_was_completed),
        cmocka_unit_test(remembering_parameters_changes_nothing_else),
        cmocka_unit_test(a_session_ends_by_itself),
        cmocka_unit_test(the_oldest_goes_when_the_table_is_full),
        cmocka_unit_test(a_registration_token_is_held_until_the_session_ends_or_made_its_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
