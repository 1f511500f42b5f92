/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/pushers.h"

#include "store/devices.h"
#include "store/push_queue.h"
#include "store/sessions.h"
#include "support/stores.h"

struct setting {
    struct pusher pusher;
    bool append;
};

static enum rc set_run(struct tx *tx, void *arg)
{
    struct setting *setting = arg;
    return pushers_set(tx, &setting->pusher, setting->append);
}

static struct setting setting_of(uint64_t user, uint64_t device, str pushkey)
{
    return (struct setting){.pusher = {.user_nid = user,
                                       .device_nid = device,
                                       .kind = PUSHER_HTTP,
                                       .app_id = S("org.example.app"),
                                       .pushkey = pushkey,
                                       .app_name = S("App"),
                                       .device_name = S("Telephone"),
                                       .lang = S("en"),
                                       .data = S("{\"url\":\"https://push.example.org/_matrix/push/v1/notify\"}")}};
}

static uint64_t set(struct stores *stores, uint64_t user, uint64_t device, str pushkey)
{
    struct setting setting = setting_of(user, device, pushkey);
    assert_int_equal(stores_write(stores, set_run, &setting), RC_OK);
    return setting.pusher.nid;
}

struct look {
    struct pusher *pushers;
    size_t count;
};

static struct look all_of(struct stores *stores, uint64_t user)
{
    struct look look;
    struct tx tx = stores_read(stores);
    assert_int_equal(pushers_list(&tx, user, &look.pushers, &look.count), RC_OK);
    return look;
}

struct signing_in {
    uint64_t user;
    str device_id;
    struct device device;
};

static enum rc sign_in_run(struct tx *tx, void *arg)
{
    struct signing_in *in = arg;
    struct session_tokens tokens;
    bool is_new;
    TRY(devices_ensure(tx, in->user, in->device_id, &in->device, &is_new, NULL));
    return sessions_create(tx, in->user, in->device.nid, 0, &tokens);
}

static enum rc sign_out_run(struct tx *tx, void *arg)
{
    struct signing_in *in = arg;
    return sessions_end_device(tx, in->user, in->device.nid);
}

static enum rc drop_device_run(struct tx *tx, void *arg)
{
    struct signing_in *in = arg;
    return pushers_drop_device(tx, in->user, in->device.nid);
}

/* ---- pushers ---- */

static void what_an_app_said_comes_back_after_a_restart(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    set(stores, alice, 3, S("key"));
    stores_restart(stores);
    struct look look = all_of(stores, alice);
    assert_int_equal(look.count, 1);
    assert_true(str_eq(look.pushers[0].pushkey, S("key")) && str_eq(look.pushers[0].device_name, S("Telephone")));
    assert_true(str_eq(look.pushers[0].data, setting_of(0, 0, S("")).pusher.data));
    assert_null(look.pushers[0].profile_tag.ptr);
}

static void setting_it_again_changes_it(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), nid = set(stores, alice, 3, S("key"));
    struct setting setting = setting_of(alice, 4, S("key"));
    setting.pusher.lang = S("zh-CN");
    assert_int_equal(stores_write(stores, set_run, &setting), RC_OK);
    struct look look = all_of(stores, alice);
    assert_int_equal(look.count, 1);
    assert_int_equal(look.pushers[0].nid, nid);
    assert_int_equal(look.pushers[0].device_nid, 4);
    assert_true(str_eq(look.pushers[0].lang, S("zh-CN")));
}

static void one_key_is_one_persons_unless_appended(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct setting setting = setting_of(bob, 5, S("key"));
    setting.append = true;
    set(stores, alice, 3, S("key"));
    assert_int_equal(stores_write(stores, set_run, &setting), RC_OK);
    assert_int_equal(all_of(stores, alice).count, 1);
    assert_int_equal(all_of(stores, bob).count, 1);
    set(stores, bob, 5, S("key"));
    assert_int_equal(all_of(stores, alice).count, 0);
    assert_int_equal(all_of(stores, bob).count, 1);
}

static void an_account_has_only_so_many(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    for (int i = 0; i < PUSHERS_MAX_PER_USER; i++)
        set(stores, alice, 3, arena_printf(&stores->arena, "key %d", i));
    struct setting setting = setting_of(alice, 3, S("one more"));
    assert_int_equal(stores_write(stores, set_run, &setting), RC_LIMITED);
    set(stores, alice, 3, S("key 7"));
    assert_int_equal(all_of(stores, alice).count, PUSHERS_MAX_PER_USER);
}

static void a_device_takes_its_pushers_along(void **state)
{
    struct stores *stores = *state;
    struct signing_in one = {.user = stores_user(stores, S("alice")), .device_id = S("ONE")};
    assert_int_equal(stores_write(stores, sign_in_run, &one), RC_OK);
    set(stores, one.user, one.device.nid, S("mine"));
    set(stores, one.user, one.device.nid + 1, S("another device's"));
    assert_int_equal(stores_write(stores, drop_device_run, &one), RC_OK);
    struct look look = all_of(stores, one.user);
    assert_int_equal(look.count, 1);
    assert_true(str_eq(look.pushers[0].pushkey, S("another device's")));
}

static void who_is_signed_out_is_told_nothing(void **state)
{
    struct stores *stores = *state;
    struct signing_in one = {.user = stores_user(stores, S("alice")), .device_id = S("ONE")};
    uint64_t nids[PUSHERS_MAX_PER_USER];
    size_t count;
    struct pusher pusher;
    assert_int_equal(stores_write(stores, sign_in_run, &one), RC_OK);
    uint64_t nid = set(stores, one.user, one.device.nid, S("key"));
    struct tx tx = stores_read(stores);
    assert_int_equal(pushers_live(&tx, one.user, nids, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(nids[0], nid);
    assert_int_equal(pushers_get_live(&tx, one.user, nid, &pusher), RC_OK);
    assert_true(str_eq(pusher.pushkey, S("key")));
    assert_int_equal(stores_write(stores, sign_out_run, &one), RC_OK);
    assert_int_equal(pushers_live(&tx, one.user, nids, &count), RC_OK);
    assert_int_equal(count, 0);
    assert_int_equal(pushers_get_live(&tx, one.user, nid, &pusher), RC_NOT_FOUND);
}

/* ---- the queue ---- */

struct telling {
    struct push_due due[4];
    size_t count;
};

static enum rc add_run(struct tx *tx, void *arg)
{
    struct telling *telling = arg;
    return push_queue_add(tx, telling->due, telling->count);
}

static enum rc refused_run(struct tx *tx, void *arg)
{
    struct setting *setting = arg;
    TRY(set_run(tx, setting));
    return RC_FORBIDDEN;
}

static void add(struct stores *stores, uint64_t user, int64_t pos)
{
    struct telling telling = {.due = {{.user_nid = user, .room_nid = 9, .pos = pos, .flags = PUSH_SOUND}}, .count = 1};
    assert_int_equal(stores_write(stores, add_run, &telling), RC_OK);
}

struct dues {
    struct push_due *due;
    size_t count;
};

static struct dues due_to(struct stores *stores, uint64_t user, int64_t after)
{
    struct dues dues;
    struct tx tx = stores_read(stores);
    assert_int_equal(push_queue_list(&tx, user, after, &dues.due, &dues.count), RC_OK);
    return dues;
}

struct told {
    uint64_t user, pusher;
    int64_t upto;
};

static enum rc told_run(struct tx *tx, void *arg)
{
    const struct told *told = arg;
    TRY(push_queue_told(tx, told->user, told->pusher, told->upto));
    return push_queue_forget(tx, told->user);
}

static void who_has_no_pusher_costs_no_row(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct setting setting = setting_of(bob, 3, S("never"));
    set(stores, alice, 3, S("key"));
    assert_int_equal(stores_write(stores, refused_run, &setting), RC_FORBIDDEN);
    add(stores, alice, 5);
    add(stores, bob, 5);
    assert_int_equal(due_to(stores, alice, 0).count, 1);
    assert_int_equal(due_to(stores, bob, 0).count, 0);
}

static void what_is_due_outlives_a_restart_in_order(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), *users;
    size_t count;
    set(stores, alice, 3, S("key"));
    add(stores, alice, 7);
    stores_restart(stores);
    add(stores, alice, 6);
    struct dues dues = due_to(stores, alice, 0);
    assert_int_equal(dues.count, 2);
    assert_int_equal(dues.due[0].pos, 6);
    assert_int_equal(dues.due[1].pos, 7);
    assert_int_equal(dues.due[1].flags, PUSH_SOUND);
    assert_int_equal(dues.due[1].room_nid, 9);
    struct tx tx = stores_read(stores);
    assert_int_equal(push_queue_users(&tx, 0, 10, &users, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(users[0], alice);
    assert_int_equal(push_queue_users(&tx, alice, 10, &users, &count), RC_OK);
    assert_int_equal(count, 0);
}

static void what_waits_for_somebody_is_bounded(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    set(stores, alice, 3, S("key"));
    for (int i = 1; i <= PUSH_QUEUE_MOST + 20; i++)
        add(stores, alice, 100 + i);
    struct dues dues = due_to(stores, alice, 0);
    assert_int_equal(dues.count, PUSH_QUEUE_MOST);
    assert_int_equal(dues.due[0].pos, 121);
    assert_int_equal(dues.due[PUSH_QUEUE_MOST - 1].pos, 100 + PUSH_QUEUE_MOST + 20);
}

static void a_row_goes_when_the_last_pusher_was_told(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    uint64_t one = set(stores, alice, 3, S("one")), two = set(stores, alice, 3, S("two"));
    add(stores, alice, 5);
    add(stores, alice, 6);
    struct told told = {alice, one, 6};
    assert_int_equal(stores_write(stores, told_run, &told), RC_OK);
    assert_int_equal(due_to(stores, alice, 0).count, 2);
    told = (struct told){alice, two, 5};
    assert_int_equal(stores_write(stores, told_run, &told), RC_OK);
    struct dues dues = due_to(stores, alice, 0);
    assert_int_equal(dues.count, 1);
    assert_int_equal(dues.due[0].pos, 6);
}

static void nothing_stays_due_to_who_has_no_pusher_any_more(void **state)
{
    struct stores *stores = *state;
    struct signing_in one = {.user = stores_user(stores, S("alice")), .device_id = S("ONE")};
    assert_int_equal(stores_write(stores, sign_in_run, &one), RC_OK);
    set(stores, one.user, one.device.nid, S("key"));
    add(stores, one.user, 5);
    assert_int_equal(stores_write(stores, drop_device_run, &one), RC_OK);
    assert_int_equal(due_to(stores, one.user, 0).count, 0);
    add(stores, one.user, 6);
    assert_int_equal(due_to(stores, one.user, 0).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(what_an_app_said_comes_back_after_a_restart),
        STORES_TEST(setting_it_again_changes_it),
        STORES_TEST(one_key_is_one_persons_unless_appended),
        STORES_TEST(an_account_has_only_so_many),
        STORES_TEST(a_device_takes_its_pushers_along),
        STORES_TEST(who_is_signed_out_is_told_nothing),
        STORES_TEST(who_has_no_pusher_costs_no_row),
        STORES_TEST(what_is_due_outlives_a_restart_in_order),
        STORES_TEST(what_waits_for_somebody_is_bounded),
        STORES_TEST(a_row_goes_when_the_last_pusher_was_told),
        STORES_TEST(nothing_stays_due_to_who_has_no_pusher_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
