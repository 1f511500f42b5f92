/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/dehydrated.h"
#include "store/devices.h"
#include "support/stores.h"

struct putting {
    uint64_t user_nid, device_nid;
    str device_id, data;
};

static enum rc put_run(struct tx *tx, void *arg)
{
    struct putting *putting = arg;
    struct device device;
    TRY(devices_add(tx, putting->user_nid, putting->device_id, &device, NULL));
    putting->device_nid = device.nid;
    return dehydrated_set(tx, putting->user_nid, device.nid, putting->data);
}

static enum rc again_run(struct tx *tx, void *arg)
{
    const struct putting *putting = arg;
    return dehydrated_set(tx, putting->user_nid, putting->device_nid, putting->data);
}

static enum rc forget_run(struct tx *tx, void *arg)
{
    const struct putting *putting = arg;
    return dehydrated_forget(tx, putting->user_nid, putting->device_nid);
}

static enum rc sign_in_run(struct tx *tx, void *arg)
{
    const struct putting *putting = arg;
    struct device device;
    bool is_new;
    return devices_ensure(tx, putting->user_nid, putting->device_id, &device, &is_new, NULL);
}

static struct putting put(struct stores *stores, uint64_t user_nid, str device_id)
{
    struct putting putting = {
        .user_nid = user_nid, .device_id = device_id, .data = S("{\"algorithm\":\"canaryword\"}")};
    assert_int_equal(stores_write(stores, put_run, &putting), RC_OK);
    return putting;
}

static enum rc sign_in(struct stores *stores, uint64_t user_nid, str device_id)
{
    return stores_write(stores, sign_in_run, &(struct putting){.user_nid = user_nid, .device_id = device_id});
}

static size_t listed(struct stores *stores, uint64_t user_nid,
                     enum rc (*list)(struct tx *, uint64_t, struct device **, size_t *))
{
    struct tx tx = stores_read(stores);
    struct device *devices;
    size_t count;
    assert_int_equal(list(&tx, user_nid, &devices, &count), RC_OK);
    return count;
}

static void it_is_kept_and_brought_up_to_date(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct putting one = put(stores, alice, S("ASLEEP"));
    struct dehydrated_device found;
    one.data = S("{\"algorithm\":\"other\"}");
    assert_int_equal(stores_write(stores, again_run, &one), RC_OK);
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    assert_int_equal(dehydrated_get(&tx, alice, &found), RC_OK);
    assert_true(str_eq(found.device_id, S("ASLEEP")) && str_eq(found.data, one.data));
    assert_int_equal(found.device_nid, one.device_nid);
    assert_int_equal(dehydrated_get(&tx, alice + 1, &found), RC_NOT_FOUND);
}

static void it_is_no_device_that_is_signed_in(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    put(stores, alice, S("ASLEEP"));
    assert_int_equal(sign_in(stores, alice, S("PHONE")), RC_OK);
    assert_int_equal(listed(stores, alice, devices_list), 1);
    assert_int_equal(listed(stores, alice, devices_list_all), 2);
    assert_int_equal(sign_in(stores, alice, S("ASLEEP")), RC_INVALID);
    struct device device;
    struct tx tx = stores_read(stores);
    assert_int_equal(devices_find(&tx, alice, S("ASLEEP"), &device), RC_OK);
    assert_true(device.dehydrated);
    assert_int_equal(devices_find(&tx, alice, S("PHONE"), &device), RC_OK);
    assert_false(device.dehydrated);
}

static void it_does_not_count_among_an_accounts_devices(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    char id[16];
    put(stores, alice, S("ASLEEP"));
    for (int i = 0; i < DEVICES_PER_USER; i++) {
        snprintf(id, sizeof id, "DEVICE%d", i);
        assert_int_equal(sign_in(stores, alice, str_of(id)), RC_OK);
    }
    assert_int_equal(sign_in(stores, alice, S("ONEMORE")), RC_LIMITED);
    assert_int_equal(listed(stores, alice, devices_list), DEVICES_PER_USER);
    assert_int_equal(listed(stores, alice, devices_list_all), DEVICES_PER_USER + 1);
}

static void only_itself_is_forgotten(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct putting one = put(stores, alice, S("ASLEEP"));
    struct dehydrated_device found;
    put(stores, bob, S("ASLEEP"));
    struct putting other = {.user_nid = alice, .device_nid = one.device_nid + 1};
    assert_int_equal(stores_write(stores, forget_run, &other), RC_OK);
    struct tx before = stores_read(stores);
    assert_int_equal(dehydrated_get(&before, alice, &found), RC_OK);
    assert_int_equal(stores_write(stores, forget_run, &one), RC_OK);
    struct tx after = stores_read(stores);
    assert_int_equal(dehydrated_get(&after, alice, &found), RC_NOT_FOUND);
    assert_int_equal(dehydrated_get(&after, bob, &found), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(it_is_kept_and_brought_up_to_date),
        STORES_TEST(it_is_no_device_that_is_signed_in),
        STORES_TEST(it_does_not_count_among_an_accounts_devices),
        STORES_TEST(only_itself_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
