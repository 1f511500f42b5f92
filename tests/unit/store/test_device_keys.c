/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/device_keys.h"
#include "store/devices.h"
#include "store/key_changes.h"
#include "support/stores.h"

struct setting {
    uint64_t user_nid, device_nid;
    str device_id, text;
};

static enum rc device_run(struct tx *tx, void *arg)
{
    struct setting *setting = arg;
    struct device device;
    bool is_new;
    TRY(devices_ensure(tx, setting->user_nid, setting->device_id, &device, &is_new, NULL));
    setting->device_nid = device.nid;
    return RC_OK;
}

static enum rc set_run(struct tx *tx, void *arg)
{
    const struct setting *setting = arg;
    return device_keys_set(tx, setting->user_nid, setting->device_nid, setting->text);
}

static enum rc remove_run(struct tx *tx, void *arg)
{
    const struct setting *setting = arg;
    return device_keys_remove(tx, setting->user_nid, setting->device_nid);
}

static struct setting device(struct stores *stores, uint64_t user_nid, str device_id)
{
    struct setting setting = {.user_nid = user_nid, .device_id = device_id};
    assert_int_equal(stores_write(stores, device_run, &setting), RC_OK);
    return setting;
}

static void set(struct stores *stores, struct setting *setting, str text)
{
    setting->text = text;
    assert_int_equal(stores_write(stores, set_run, setting), RC_OK);
}

/* Since a position: how many, and whoever is last. */
static size_t changes(struct stores *stores, int64_t from, uint64_t *ret_last)
{
    struct tx tx = stores_read(stores);
    uint64_t *nids;
    size_t count;
    assert_int_equal(key_changes_since(&tx, from, tx_pos(&tx), &nids, &count), RC_OK);
    assert_int_equal(count > 0, key_changes_newest(&tx) > from);
    if (count)
        *ret_last = nids[count - 1];
    return count;
}

static int64_t now(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    return tx_pos(&tx);
}

static void keys_are_kept_by_device(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct setting one = device(stores, alice, S("ONE")), two = device(stores, alice, S("TWO"));
    struct device_keys *keys, found;
    size_t count;
    set(stores, &one, S("{\"a\":\"canaryword\"}"));
    set(stores, &two, S("{\"b\":1}"));
    set(stores, &two, S("{\"c\":1}"));
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    assert_int_equal(device_keys_of_user(&tx, alice, &keys, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_int_equal(device_keys_get(&tx, alice, S("ONE"), &found), RC_OK);
    assert_true(str_eq(found.text, S("{\"a\":\"canaryword\"}")) && found.device_nid == one.device_nid);
    assert_int_equal(device_keys_get(&tx, alice, S("TWO"), &found), RC_OK);
    assert_true(str_eq(found.text, S("{\"c\":1}")));
    assert_int_equal(device_keys_get(&tx, alice, S("THREE"), &found), RC_NOT_FOUND);
    assert_int_equal(device_keys_get(&tx, alice + 1, S("ONE"), &found), RC_NOT_FOUND);
}

static void a_change_is_noted_the_same_keys_are_none(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob")), last = 0;
    struct setting one = device(stores, alice, S("ONE")), two = device(stores, bob, S("TWO"));
    int64_t before = now(stores);
    assert_int_equal(changes(stores, before, &last), 0);
    set(stores, &one, S("{}"));
    set(stores, &two, S("{}"));
    assert_int_equal(changes(stores, before, &last), 2);
    assert_int_equal(last, bob);
    set(stores, &one, S("{\"a\":1}"));
    assert_int_equal(changes(stores, before, &last), 2);
    assert_int_equal(last, alice);
    int64_t after = now(stores);
    set(stores, &one, S("{\"a\":1}"));
    assert_int_equal(changes(stores, after, &last), 0);
    stores_restart(stores);
    assert_int_equal(changes(stores, before, &last), 2);
    assert_int_equal(changes(stores, after, &last), 0);
}

static void removing_is_a_change_if_there_was_something(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), last = 0;
    struct setting one = device(stores, alice, S("ONE"));
    struct device_keys found;
    int64_t before = now(stores);
    assert_int_equal(stores_write(stores, remove_run, &one), RC_OK);
    assert_int_equal(changes(stores, before, &last), 0);
    set(stores, &one, S("{}"));
    before = now(stores);
    assert_int_equal(stores_write(stores, remove_run, &one), RC_OK);
    assert_int_equal(changes(stores, before, &last), 1);
    struct tx tx = stores_read(stores);
    assert_int_equal(device_keys_get(&tx, alice, S("ONE"), &found), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(keys_are_kept_by_device),
        STORES_TEST(a_change_is_noted_the_same_keys_are_none),
        STORES_TEST(removing_is_a_change_if_there_was_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
