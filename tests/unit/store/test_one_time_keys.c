/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/one_time_keys.h"
#include "support/stores.h"

#define CURVE S("curve25519")

struct upload {
    struct device_place place;
    struct published_key keys[ONE_TIME_KEYS_MAX + 1];
    size_t count;
};

static enum rc add_run(struct tx *tx, void *arg)
{
    struct upload *upload = arg;
    return one_time_keys_add(tx, upload->place, upload->keys, upload->count);
}

static struct published_key key(struct stores *stores, int number, const char *text)
{
    return (struct published_key){
        .name = arena_printf(&stores->arena, "curve25519:%d", number), .algorithm = CURVE, .text = str_of(text)};
}

static enum rc add(struct stores *stores, struct device_place place, int from, int count)
{
    struct upload *upload = arena_new(&stores->arena, struct upload);
    upload->place = place;
    for (int i = 0; i < count; i++)
        upload->keys[upload->count++] = key(stores, from + i, "\"canaryword\"");
    return stores_write(stores, add_run, upload);
}

struct fallback {
    struct device_place place;
    struct published_key key;
};

static enum rc fallback_run(struct tx *tx, void *arg)
{
    struct fallback *fallback = arg;
    return fallback_keys_set(tx, fallback->place, &fallback->key);
}

static enum rc set_fallback(struct stores *stores, struct device_place place, int number)
{
    struct fallback fallback = {place, key(stores, number, "\"f\"")};
    return stores_write(stores, fallback_run, &fallback);
}

struct claimed {
    struct device_place place;
    struct published_key key;
};

static enum rc claim_run(struct tx *tx, void *arg)
{
    struct claimed *claimed = arg;
    return one_time_keys_claim(tx, claimed->place, CURVE, &claimed->key);
}

/* The number in the key's name; -1: there was none. */
static int claim(struct stores *stores, struct device_place place)
{
    struct claimed claimed = {.place = place};
    enum rc rc = stores_write(stores, claim_run, &claimed);
    if (rc == RC_NOT_FOUND)
        return -1;
    int64_t number;
    assert_int_equal(rc, RC_OK);
    assert_int_equal(str_to_i64(str_skip(claimed.key.name, CURVE.len + 1), &number), RC_OK);
    return (int)number;
}

static void assert_counts(struct stores *stores, struct device_place place, const char *counts, const char *unused)
{
    struct tx tx = stores_read(stores);
    struct strbuf out = STRBUF_INIT;
    assert_int_equal(one_time_keys_add_counts(&tx, place, &out), RC_OK);
    assert_int_equal(fallback_keys_add_unused(&tx, place, &out), RC_OK);
    str expected = arena_concat(&stores->arena, str_of(counts), str_of(unused), STR_NONE);
    if (!str_eq(strbuf_str(&out), expected))
        fail_msg("%.*s is not %.*s", STR_ARG(strbuf_str(&out)), STR_ARG(expected));
    strbuf_fini(&out);
}

static void keys_go_out_in_the_order_of_their_uploads(void **state)
{
    struct stores *stores = *state;
    struct device_place one = {stores_user(stores, S("alice")), 11}, two = {one.user_nid, 12};
    assert_int_equal(add(stores, one, 5, 2), RC_OK);
    assert_int_equal(add(stores, one, 1, 2), RC_OK);
    assert_int_equal(add(stores, two, 9, 1), RC_OK);
    stores_restart(stores);
    assert_counts(stores, one, "{\"curve25519\":4,\"signed_curve25519\":0}", "[]");
    assert_int_equal(claim(stores, one), 5);
    assert_int_equal(claim(stores, one), 6);
    assert_int_equal(claim(stores, one), 1);
    assert_int_equal(add(stores, one, 0, 1), RC_OK);
    assert_int_equal(claim(stores, one), 2);
    assert_int_equal(claim(stores, one), 0);
    assert_int_equal(claim(stores, one), -1);
    assert_int_equal(claim(stores, two), 9);
}

static void a_name_is_one_keys(void **state)
{
    struct stores *stores = *state;
    struct upload *upload = arena_new(&stores->arena, struct upload);
    *upload = (struct upload){.place = {stores_user(stores, S("alice")), 11}, .count = 1};
    upload->keys[0] = key(stores, 1, "\"a\"");
    assert_int_equal(stores_write(stores, add_run, upload), RC_OK);
    assert_int_equal(stores_write(stores, add_run, upload), RC_OK);
    assert_counts(stores, upload->place, "{\"curve25519\":1,\"signed_curve25519\":0}", "[]");
    upload->keys[0] = key(stores, 1, "\"b\"");
    assert_int_equal(stores_write(stores, add_run, upload), RC_EXISTS);
    assert_int_equal(claim(stores, upload->place), 1);
    assert_int_equal(stores_write(stores, add_run, upload), RC_EXISTS);
    upload->keys[0] = key(stores, 1, "\"a\"");
    assert_int_equal(stores_write(stores, add_run, upload), RC_OK);
    assert_int_equal(claim(stores, upload->place), -1);
}

static int64_t rows(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    struct db_query q;
    assert_int_equal(db_query(tx.chat, &q, "SELECT count(*) FROM one_time_key", NULL), RC_OK);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : -1;
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return count;
}

/* All of the device's, in one commit. */
static enum rc drain_run(struct tx *tx, void *arg)
{
    const struct device_place *place = arg;
    for (int i = 0; i < ONE_TIME_KEYS_MAX; i++) {
        struct published_key got;
        TRY(one_time_keys_claim(tx, *place, CURVE, &got));
    }
    return RC_OK;
}

static void there_is_a_bound_on_what_is_kept(void **state)
{
    struct stores *stores = *state;
    struct device_place place = {stores_user(stores, S("alice")), 11};
    assert_int_equal(add(stores, place, 0, ONE_TIME_KEYS_MAX + 1), RC_TOO_LARGE);
    assert_int_equal(add(stores, place, 0, ONE_TIME_KEYS_MAX), RC_OK);
    assert_int_equal(add(stores, place, ONE_TIME_KEYS_MAX, 1), RC_TOO_LARGE);
    for (int round = 1; round <= 3; round++) {
        assert_int_equal(stores_write(stores, drain_run, &place), RC_OK);
        assert_int_equal(add(stores, place, round * ONE_TIME_KEYS_MAX, ONE_TIME_KEYS_MAX), RC_OK);
        assert_true(rows(stores) <= ONE_TIME_KEYS_MAX + ONE_TIME_KEYS_REMEMBERED);
    }
    /* The newest of those given out are remembered still. */
    assert_int_equal(add(stores, place, 3 * ONE_TIME_KEYS_MAX - 1, 1), RC_OK);
    assert_int_equal(rows(stores), ONE_TIME_KEYS_MAX + ONE_TIME_KEYS_REMEMBERED);
}

static void the_fallback_key_stays_and_is_used_once_it_went_out(void **state)
{
    struct stores *stores = *state;
    struct device_place place = {stores_user(stores, S("alice")), 11};
    assert_int_equal(set_fallback(stores, place, 70), RC_OK);
    assert_int_equal(add(stores, place, 1, 1), RC_OK);
    assert_int_equal(claim(stores, place), 1);
    assert_counts(stores, place, "{\"signed_curve25519\":0}", "[\"curve25519\"]");
    assert_int_equal(claim(stores, place), 70);
    assert_int_equal(claim(stores, place), 70);
    assert_counts(stores, place, "{\"signed_curve25519\":0}", "[]");
    assert_int_equal(set_fallback(stores, place, 70), RC_OK);
    assert_counts(stores, place, "{\"signed_curve25519\":0}", "[]");
    assert_int_equal(set_fallback(stores, place, 71), RC_OK);
    assert_counts(stores, place, "{\"signed_curve25519\":0}", "[\"curve25519\"]");
    assert_int_equal(claim(stores, place), 71);
}

static enum rc remove_run(struct tx *tx, void *arg)
{
    const struct device_place *place = arg;
    return one_time_keys_remove(tx, place->user_nid, place->device_nid);
}

static void a_device_takes_its_keys_along(void **state)
{
    struct stores *stores = *state;
    struct device_place one = {stores_user(stores, S("alice")), 11}, two = {one.user_nid, 12};
    assert_int_equal(add(stores, one, 1, 1), RC_OK);
    assert_int_equal(set_fallback(stores, one, 70), RC_OK);
    assert_int_equal(add(stores, two, 2, 1), RC_OK);
    assert_int_equal(stores_write(stores, remove_run, &one), RC_OK);
    assert_int_equal(claim(stores, one), -1);
    assert_int_equal(claim(stores, two), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(keys_go_out_in_the_order_of_their_uploads),
        STORES_TEST(a_name_is_one_keys),
        STORES_TEST(there_is_a_bound_on_what_is_kept),
        STORES_TEST(the_fallback_key_stays_and_is_used_once_it_went_out),
        STORES_TEST(a_device_takes_its_keys_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
