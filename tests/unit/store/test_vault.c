/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/seal.h"
#include "store/vault.h"
#include "support/stores.h"

static void assert_released(struct tx *tx, enum personal_field field, const struct personal *value,
                            const char *expected)
{
    str released;
    assert_int_equal(gate_release_declared(tx, 1, field, value, &released), RC_OK);
    assert_true(str_eq(released, str_of(expected)));
}

static enum rc set_phones(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(vault_set(tx, 1, "phone", 0, S("+4915112345678"), true, true));
    if (vault_set(tx, 2, "phone", 0, S("+4915112345678"), true, true) != RC_EXISTS)
        return RC_INTERNAL;
    /* One's own again is no conflict. */
    TRY(vault_set(tx, 1, "phone", 0, S("+4915112345678"), true, true));
    TRY(vault_set(tx, 1, "device_name", 7, S("laptop"), false, false));
    return vault_set(tx, 1, "device_name", 8, S("telephone"), false, false);
}

static void values_come_back_by_subject_field_and_item(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    stores_user(stores, S("bob"));
    assert_int_equal(stores_write(stores, set_phones, NULL), RC_OK);
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    const struct personal *value;
    assert_int_equal(vault_get(&tx, 1, "device_name", 8, &value), RC_OK);
    assert_released(&tx, FIELD_DEVICE_NAME, value, "telephone");
    assert_int_equal(vault_get(&tx, 2, "phone", 0, &value), RC_NOT_FOUND);
    uint64_t subject;
    assert_int_equal(vault_find(&tx, "phone", S("+4915112345678"), &subject), RC_OK);
    assert_int_equal(subject, 1);
    assert_int_equal(vault_find(&tx, "localpart", S("+4915112345678"), &subject), RC_NOT_FOUND);
}

static enum rc change_number(struct tx *tx, void *arg)
{
    (void)arg;
    return vault_set(tx, 1, "phone", 0, S("+8613800000000"), true, true);
}

static void a_replaced_value_is_no_longer_found(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    stores_user(stores, S("bob"));
    assert_int_equal(stores_write(stores, set_phones, NULL), RC_OK);
    assert_int_equal(stores_write(stores, change_number, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    uint64_t subject;
    assert_int_equal(vault_find(&tx, "phone", S("+4915112345678"), &subject), RC_NOT_FOUND);
    assert_int_equal(vault_find(&tx, "phone", S("+8613800000000"), &subject), RC_OK);
}

struct sealed {
    str bytes;
};

static enum rc seal_something(struct tx *tx, void *arg)
{
    return seal_for(tx, 1, S("event:5"), S("hello"), &((struct sealed *)arg)->bytes);
}

static enum rc destroy(struct tx *tx, void *arg)
{
    (void)arg;
    return seal_destroy_key(tx, 1);
}

static void a_destroyed_key_opens_nothing_not_even_after_a_restart(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    struct sealed sealed;
    assert_int_equal(stores_write(stores, seal_something, &sealed), RC_OK);
    struct tx tx = stores_read(stores);
    const struct personal *plain;
    assert_int_equal(seal_open(&tx, 1, S("event:5"), sealed.bytes, &plain), RC_OK);
    assert_released(&tx, FIELD_EVENT, plain, "hello");
    assert_int_equal(seal_open(&tx, 1, S("event:6"), sealed.bytes, &plain), RC_CRYPTO);
    assert_int_equal(stores_write(stores, destroy, NULL), RC_OK);
    assert_int_equal(seal_open(&tx, 1, S("event:5"), sealed.bytes, &plain), RC_NOT_FOUND);
    store_close(&stores->store);
    stores_start(stores);
    tx = stores_read(stores);
    assert_int_equal(seal_open(&tx, 1, S("event:5"), sealed.bytes, &plain), RC_NOT_FOUND);
}

/* ---- two algorithms ---- */

/* The first byte of a stored value, which names its form, and of how many there are. */
static int form_of(struct db *db, const char *sql, int *ret_count)
{
    struct db_query q;
    int form = -1;
    *ret_count = 0;
    assert_int_equal(db_query(db, &q, sql, NULL), RC_OK);
    while (db_next(&q)) {
        str stored = db_column_str(&q, 0);
        assert_true(stored.len > 0);
        form = form < 0 || form == stored.ptr[0] ? stored.ptr[0] : 99;
        ++*ret_count;
    }
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return form;
}

static void test_4_5_values_and_their_keys_are_encrypted_by_different_algorithms(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("alice"));
    stores_user(stores, S("bob"));
    assert_int_equal(stores_write(stores, set_phones, NULL), RC_OK);
    struct tx tx = stores_read(stores);
    int count;
    assert_int_equal(form_of(tx.vault, "SELECT sealed FROM personal", &count), 1);
    assert_true(count >= 4);
    assert_int_equal(form_of(tx.keys, "SELECT wrapped FROM data_key", &count), 2);
    assert_int_equal(count, 3);
}

static enum rc seal_key_as_before(struct tx *tx, void *arg)
{
    const struct crypto_key *secret = arg;
    struct crypto_key old;
    unsigned char sealed[CRYPTO_KEY_SIZE + CRYPTO_SEAL_OVERHEAD];
    crypto_key_derive(store_secret(tx->store), "wrap", &old);
    crypto_seal_to(tx->env, &old, S("key:1"), str_from(secret->bytes, sizeof secret->bytes), sealed);
    struct db_query q;
    TRY(db_query(tx_keys(tx), &q, "UPDATE data_key SET wrapped = ?1 WHERE subject = 1", NULL));
    db_bind_blob(&q, 1, str_from(sealed, sizeof sealed));
    return db_run(&q, NULL);
}

/* A store of an earlier version, or restored from its archive. */
static void test_4_5_keys_kept_the_old_way_are_wrapped_at_the_next_start(void **state)
{
    struct stores *stores = *state;
    struct crypto_key secret;
    stores_user(stores, S("alice"));
    crypto_key_new(env_system(), &secret);
    assert_int_equal(stores_write(stores, seal_key_as_before, &secret), RC_OK);
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    int count;
    assert_int_equal(form_of(tx.keys, "SELECT wrapped FROM data_key", &count), 2);
    /* And it still is the key it was. */
    unsigned char bytes[5 + CRYPTO_SEAL_OVERHEAD];
    const struct personal *value;
    crypto_seal_to(env_system(), &secret, S("event:5"), S("hello"), bytes);
    assert_int_equal(seal_open(&tx, 1, S("event:5"), str_from(bytes, sizeof bytes), &value), RC_OK);
    assert_released(&tx, FIELD_EVENT, value, "hello");
}

static void another_operators_key_is_refused_at_start(void **state)
{
    struct stores *stores = *state;
    arena_fini(&stores->arena);
    store_close(&stores->store);
    char path[512];
    folder_path(&stores->folder, "operator.key", path);
    FILE *file = fopen(path, "r+");
    fputc('x', file);
    fputc('y', file);
    fclose(file);
    struct store_config config = {stores->folder.path, S("example.org"), 1 << 20, 1};
    assert_int_equal(store_open(&stores->env.env, &config, &stores->store, NULL), RC_CRYPTO);
    unlink(path);
    assert_int_equal(store_open(&stores->env.env, &config, &stores->store, NULL), RC_CRYPTO);
}

static void the_server_name_cannot_change(void **state)
{
    struct stores *stores = *state;
    store_close(&stores->store);
    struct store_config config = {stores->folder.path, S("other.org"), 1 << 20, 1};
    assert_int_equal(store_open(&stores->env.env, &config, &stores->store, NULL), RC_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(values_come_back_by_subject_field_and_item),
        STORES_TEST(a_replaced_value_is_no_longer_found),
        STORES_TEST(a_destroyed_key_opens_nothing_not_even_after_a_restart),
        STORES_TEST(test_4_5_values_and_their_keys_are_encrypted_by_different_algorithms),
        STORES_TEST(test_4_5_keys_kept_the_old_way_are_wrapped_at_the_next_start),
        STORES_TEST(another_operators_key_is_refused_at_start),
        STORES_TEST(the_server_name_cannot_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
