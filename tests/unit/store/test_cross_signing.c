/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/cross_signing.h"
#include "store/key_changes.h"
#include "store/key_signatures.h"
#include "support/stores.h"

struct setting {
    uint64_t user_nid;
    struct cross_signing_keys keys;
};

static enum rc set_run(struct tx *tx, void *arg)
{
    const struct setting *setting = arg;
    return cross_signing_set(tx, setting->user_nid, &setting->keys);
}

/* Empty: not given. */
static void set(struct stores *stores, uint64_t user, str master, str self, str user_signing)
{
    const str names[] = {master, self, user_signing};
    struct setting setting = {.user_nid = user};
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++)
        if (names[usage].len)
            setting.keys.of[usage] = (struct cross_signing_key){
                names[usage], arena_printf(&stores->arena, "{\"canaryword\":\"%.*s\"}", STR_ARG(names[usage]))};
    assert_int_equal(stores_write(stores, set_run, &setting), RC_OK);
}

static void assert_keys(struct stores *stores, uint64_t user, const char *master, const char *self, const char *other)
{
    const char *expected[] = {master, self, other};
    struct cross_signing_keys keys;
    struct tx tx = stores_read(stores);
    assert_int_equal(cross_signing_get(&tx, user, &keys), RC_OK);
    for (int usage = 0; usage < CROSS_SIGNING_USAGES; usage++) {
        assert_true(str_eq(keys.of[usage].public_key, str_of(expected[usage])));
        assert_int_equal(keys.of[usage].text.len > 0, expected[usage][0] != 0);
    }
}

struct addition {
    uint64_t signer, target;
    struct key_signature signature;
};

static enum rc add_run(struct tx *tx, void *arg)
{
    const struct addition *addition = arg;
    return key_signatures_add(tx, addition->signer, addition->target, &addition->signature);
}

static void add(struct stores *stores, uint64_t signer, uint64_t target, const char *item, const char *key_id,
                const char *signature)
{
    struct addition addition = {signer, target, {str_of(item), str_of(key_id), str_of(signature)}};
    assert_int_equal(stores_write(stores, add_run, &addition), RC_OK);
}

static size_t count_by(struct stores *stores, uint64_t signer, uint64_t target)
{
    struct key_signature *all;
    size_t count;
    struct tx tx = stores_read(stores);
    assert_int_equal(key_signatures_by(&tx, signer, target, &all, &count), RC_OK);
    return count;
}

static int64_t now(struct stores *stores)
{
    struct tx tx = stores_read(stores);
    return tx_pos(&tx);
}

/* Since a position: public changes, and people the reader has signed. */
static void assert_news(struct stores *stores, uint64_t reader, int64_t from, size_t changes, size_t targets)
{
    uint64_t *nids;
    size_t count;
    struct tx tx = stores_read(stores);
    assert_int_equal(key_changes_since(&tx, from, tx_pos(&tx), &nids, &count), RC_OK);
    assert_int_equal(count, changes);
    assert_int_equal(key_signatures_targets(&tx, reader, from, tx_pos(&tx), &nids, &count), RC_OK);
    assert_int_equal(count, targets);
    assert_int_equal(key_changes_newest(&tx) > from, changes + targets > 0);
}

static void keys_are_kept_by_usage(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    bool has;
    assert_keys(stores, alice, "", "", "");
    set(stores, alice, S("m"), S("s"), S("u"));
    stores_restart(stores);
    assert_keys(stores, alice, "m", "s", "u");
    set(stores, alice, STR_NONE, S("s2"), STR_NONE);
    assert_keys(stores, alice, "m", "s2", "u");
    set(stores, alice, S("m2"), STR_NONE, S("u"));
    assert_keys(stores, alice, "m2", "", "u");
    struct tx tx = stores_read(stores);
    assert_int_equal(cross_signing_has(&tx, alice, S("m2"), &has), RC_OK);
    assert_true(has);
    assert_int_equal(cross_signing_has(&tx, alice, S("m"), &has), RC_OK);
    assert_false(has);
    assert_int_equal(cross_signing_has(&tx, alice + 1, S("m2"), &has), RC_OK);
    assert_false(has);
}

static void new_keys_are_news_the_same_are_none(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    int64_t before = now(stores);
    set(stores, alice, S("m"), S("s"), S("u"));
    assert_news(stores, alice, before, 1, 0);
    before = now(stores);
    set(stores, alice, S("m"), S("s"), S("u"));
    assert_news(stores, alice, before, 0, 0);
}

static void signatures_of_ones_own_are_everybodys_news_of_others_ones_own(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    int64_t before = now(stores);
    add(stores, alice, alice, "DEV", "ed25519:s", "canaryword");
    assert_news(stores, alice, before, 1, 0);
    before = now(stores);
    add(stores, alice, bob, "m", "ed25519:u", "canaryword");
    stores_restart(stores);
    assert_news(stores, alice, before, 0, 1);
    before = now(stores);
    add(stores, alice, bob, "m", "ed25519:u", "canaryword");
    add(stores, alice, alice, "DEV", "ed25519:s", "canaryword");
    assert_news(stores, alice, before, 0, 0);
    assert_int_equal(count_by(stores, bob, alice), 0);
}

static void of_another_person_the_newest_key_signed_counts(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct key_signature *all;
    size_t count;
    for (int i = 0; i < 3; i++)
        add(stores, alice, bob, i % 2 ? "m1" : "m2", "ed25519:u", i % 2 ? "a" : "b");
    struct tx tx = stores_read(stores);
    assert_int_equal(key_signatures_by(&tx, alice, bob, &all, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_true(str_eq(all[0].item, S("m2")) && str_eq(all[0].key_id, S("ed25519:u"))
                && str_eq(all[0].signature, S("b")));
}

static void what_a_key_signed_goes_with_it(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    set(stores, alice, S("m"), S("s"), S("u"));
    add(stores, alice, alice, "DEV", "ed25519:s", "a");
    add(stores, alice, alice, "m", "ed25519:DEV", "b");
    add(stores, alice, bob, "x", "ed25519:u", "c");
    set(stores, alice, STR_NONE, S("s2"), STR_NONE);
    assert_int_equal(count_by(stores, alice, alice), 1);
    assert_int_equal(count_by(stores, alice, bob), 1);
    set(stores, alice, STR_NONE, STR_NONE, S("u2"));
    assert_int_equal(count_by(stores, alice, bob), 0);
    add(stores, alice, bob, "x", "ed25519:u2", "d");
    add(stores, bob, bob, "DEV", "ed25519:t", "e");
    set(stores, alice, S("m2"), S("s3"), S("u3"));
    assert_int_equal(count_by(stores, alice, alice) + count_by(stores, alice, bob), 0);
    assert_int_equal(count_by(stores, bob, bob), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(keys_are_kept_by_usage),
        STORES_TEST(new_keys_are_news_the_same_are_none),
        STORES_TEST(signatures_of_ones_own_are_everybodys_news_of_others_ones_own),
        STORES_TEST(of_another_person_the_newest_key_signed_counts),
        STORES_TEST(what_a_key_signed_goes_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
