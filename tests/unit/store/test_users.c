/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/seal.h"
#include "support/stores.h"

static const struct user *find(struct stores *stores, str user_id)
{
    struct tx tx = stores_read(stores);
    const struct user *user = NULL;
    return users_find(&tx, user_id, &user) == RC_OK ? user : NULL;
}

static void a_user_is_found_by_id_and_number_also_after_a_restart(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = stores_user(stores, S("alice"));
    for (int round = 0; round < 2; round++) {
        struct tx tx = stores_read(stores);
        const struct user *user;
        assert_int_equal(users_get(&tx, nid, &user), RC_OK);
        assert_true(str_eq(user->user_id, S("@alice:example.org")));
        user = find(stores, S("@alice:example.org"));
        assert_non_null(user);
        assert_int_equal(user->nid, nid);
        assert_int_equal(user->created_ms, 1700000000000);
        assert_null(find(stores, S("@alice:elsewhere.org")));
        assert_null(find(stores, S("alice")));
        stores_restart(stores);
    }
}

static void a_name_is_given_once(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    struct new_user again = {.name = S("alice")};
    assert_int_equal(stores_write(stores, new_user_run, &again), RC_EXISTS);
    assert_int_equal(stores_user(stores, S("bob")), 2);
}

static enum rc set_name(struct tx *tx, void *arg)
{
    TRY(users_set_profile(tx, 1, S("displayname"), *(str *)arg));
    return users_set_profile(tx, 1, S("avatar_url"), S("mxc://example.org/pic"));
}

static void assert_released(struct stores *stores, enum personal_field field, const struct personal *value,
                            const char *expected)
{
    str released;
    struct tx tx = stores_read(stores);
    assert_int_equal(gate_release_declared(&tx, 1, field, value, &released), RC_OK);
    assert_true(str_eq(released, str_of(expected)));
}

static void a_profile_change_is_seen_by_readers_after_the_commit(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    const struct user *before = find(stores, S("@alice:example.org"));
    assert_int_equal(stores_write(stores, set_name, &S("Alice A.")), RC_OK);
    const struct user *after = find(stores, S("@alice:example.org"));
    assert_null(before->display_name);
    assert_released(stores, FIELD_DISPLAY_NAME, after->display_name, "Alice A.");
    stores_restart(stores);
    after = find(stores, S("@alice:example.org"));
    assert_released(stores, FIELD_DISPLAY_NAME, after->display_name, "Alice A.");
    assert_released(stores, FIELD_AVATAR_URL, after->avatar_url, "mxc://example.org/pic");
}

static void search_finds_names_in_any_case_and_follows_changes(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    stores_user(stores, S("bob"));
    struct tx tx = stores_read(stores);
    const struct user **found;
    size_t count;
    assert_int_equal(users_search(&tx, &(struct users_query){S("LIC"), 10}, &found, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(stores_write(stores, set_name, &S("Wonderland")), RC_OK);
    assert_int_equal(users_search(&tx, &(struct users_query){S("wonder"), 10}, &found, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_true(str_eq(found[0]->localpart, S("alice")));
    stores_user(stores, S("wonderboy"));
    assert_int_equal(users_search(&tx, &(struct users_query){S("wonder"), 10}, &found, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(stores_write(stores, set_name, &S("ÄRZTIN Анна 王小明")), RC_OK);
    static const char *const parts[] = {"ärzt", "анна", "小", "明", "王小明"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_int_equal(users_search(&tx, &(struct users_query){str_of(parts[i]), 10}, &found, &count), RC_OK);
        if (count != 1)
            fail_msg("%s finds %zu", parts[i], count);
    }
}

static void search_is_among_some_or_leaves_some_out(void **state)
{
    struct stores *stores = *state;
    uint64_t ann = stores_user(stores, S("ann")), anna = stores_user(stores, S("anna"));
    struct map some = MAP_INIT;
    struct tx tx = stores_read(stores);
    const struct user **found;
    size_t count;
    map_put(&some, anna, &some);
    assert_int_equal(users_search(&tx, &(struct users_query){S("ann"), 10, .among = &some}, &found, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(found[0]->nid, anna);
    assert_int_equal(users_search(&tx, &(struct users_query){S("ann"), 10, .except = &some}, &found, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(found[0]->nid, ann);
    map_fini(&some);
}

static enum rc erase(struct tx *tx, void *arg)
{
    TRY(users_set_flags(tx, *(uint64_t *)arg, USER_DEACTIVATED, 0));
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

static void an_erased_user_has_no_name_but_keeps_it_from_others(void **state)
{
    struct stores *stores = *state;
    uint64_t nid = stores_user(stores, S("alice"));
    assert_int_equal(stores_write(stores, erase, &nid), RC_OK);
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    const struct user *user;
    assert_int_equal(users_get(&tx, nid, &user), RC_OK);
    assert_true(str_eq(user->localpart, S("erased-1")));
    struct new_user again = {.name = S("alice")};
    assert_int_equal(stores_write(stores, new_user_run, &again), RC_EXISTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_user_is_found_by_id_and_number_also_after_a_restart),
        STORES_TEST(a_name_is_given_once),
        STORES_TEST(a_profile_change_is_seen_by_readers_after_the_commit),
        STORES_TEST(search_is_among_some_or_leaves_some_out),
        STORES_TEST(search_finds_names_in_any_case_and_follows_changes),
        STORES_TEST(an_erased_user_has_no_name_but_keeps_it_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
