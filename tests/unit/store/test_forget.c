/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Obligations 4.3, 5.4: a destroyed key is gone from memory and from the logs too, without a restart. */
#include "store/seal.h"
#include "support/chat.h"

#include <sched.h>
#include <sys/stat.h>

#define ALICE S("@alice:example.org")

static enum rc destroy(struct tx *tx, void *arg)
{
    TRY(users_set_flags(tx, *(uint64_t *)arg, USER_DEACTIVATED, 0));
    TRY(seal_destroy_key(tx, *(uint64_t *)arg));
    tx_empty_logs(tx);
    return RC_OK;
}

static void test_5_4_a_room_that_is_hot_forgets_what_the_erased_said(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), room_nid = chat_room(stores, alice, ALICE, S("12"));
    chat_say(stores, room_nid, alice, ALICE, S("canaryword"));
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, room_nid);
    const struct event *said = room_timeline_at(room, room_timeline_count(room) - 1);
    assert_true(str_contains(said->content, S("canaryword")));

    assert_int_equal(stores_write(stores, destroy, &alice), RC_OK);
    tx = stores_read(stores);
    room = chat_get(&tx, room_nid);
    said = room_timeline_at(room, room_timeline_count(room) - 1);
    assert_true(str_eq(said->content, S("{}")));
    const struct user *user;
    assert_int_equal(users_get(&tx, alice, &user), RC_OK);
    assert_false(str_eq(user->localpart, S("alice")));
}

static off_t log_size(struct stores *stores, const char *name)
{
    char path[512];
    struct stat info;
    folder_path(&stores->folder, name, path);
    return stat(path, &info) == 0 ? info.st_size : 0;
}

static void test_5_4_the_logs_are_emptied_when_asked_for(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    assert_int_equal(stores_write(stores, destroy, &alice), RC_OK);
    while (!store_logs_are_emptied(stores->store))
        sched_yield();
    assert_int_equal(log_size(stores, "chat.db-wal"), 0);
    assert_int_equal(log_size(stores, "vault.db-wal"), 0);
    assert_int_equal(log_size(stores, "keys.db-wal"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {STORES_TEST(test_5_4_a_room_that_is_hot_forgets_what_the_erased_said),
                                       STORES_TEST(test_5_4_the_logs_are_emptied_when_asked_for)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
