/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/seal.h"
#include "store/to_device.h"
#include "support/stores.h"

#define ALICE S("@alice:example.org")

struct scene {
    struct stores *stores;
    uint64_t alice, carol;
    struct to_device_place bob;
};

static struct scene scene(void **state)
{
    struct stores *stores = *state;
    struct scene scene = {
        stores, stores_user(stores, S("alice")), stores_user(stores, S("carol")), {stores_user(stores, S("bob")), 77}};
    return scene;
}

struct put {
    uint64_t sender;
    struct to_device_place to;
    str text;
    int count;
    size_t padding; /* bytes more, so that it weighs */
};

/* Messages {"n":0}, {"n":1} … */
static enum rc put_run(struct tx *tx, void *arg)
{
    const struct put *put = arg;
    char *filling = arena_alloc(tx->arena, put->padding + 1);
    memset(filling, 'x', put->padding);
    for (int n = 0; n < put->count; n++) {
        str content = arena_printf(tx->arena, "{\"n\":%d,\"from\":%llu,\"x\":\"%s\"}", n,
                                   (unsigned long long)put->sender, filling);
        TRY(to_device_put(tx, put->sender, put->to, to_device_text(tx->arena, ALICE, S("m.test"), content)));
    }
    return RC_OK;
}

static void put(const struct scene *scene, uint64_t sender, int count, size_t padding)
{
    struct put put = {.sender = sender, .to = scene->bob, .count = count, .padding = padding};
    assert_int_equal(stores_write(scene->stores, put_run, &put), RC_OK);
}

static struct to_device_page read_at(const struct scene *scene, int64_t from, size_t limit)
{
    struct to_device_page page;
    struct tx tx = stores_read(scene->stores);
    assert_int_equal(to_device_read(&tx, scene->bob, from, tx_pos(&tx), limit, &page), RC_OK);
    return page;
}

struct forget {
    struct to_device_place of;
    int64_t up_to; /* -1: the whole device */
};

static enum rc forget_run(struct tx *tx, void *arg)
{
    const struct forget *forget = arg;
    return forget->up_to < 0 ? to_device_forget_device(tx, forget->of)
                             : to_device_forget(tx, forget->of, forget->up_to);
}

static void forget(const struct scene *scene, int64_t up_to)
{
    struct forget arg = {scene->bob, up_to};
    assert_int_equal(stores_write(scene->stores, forget_run, &arg), RC_OK);
}

static int64_t rows_from(const struct scene *scene, uint64_t sender)
{
    struct tx tx = stores_read(scene->stores);
    struct db_query q;
    assert_int_equal(db_query(tx.chat, &q, "SELECT count(*) FROM to_device WHERE sender = ?1", NULL), RC_OK);
    db_bind_i64(&q, 1, (int64_t)sender);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : -1;
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return count;
}

static void what_is_put_is_read_in_order_as_the_device_is_given_it(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, 2, 0);
    struct to_device_page page = read_at(&s, 0, 100);
    str expected =
        arena_printf(&s.stores->arena,
                     "{\"type\":\"m.test\",\"sender\":\"@alice:example.org\",\"content\":{\"n\":0,\"from\":%llu,"
                     "\"x\":\"\"}},{\"type\":\"m.test\",\"sender\":\"@alice:example.org\",\"content\":{\"n\":1,"
                     "\"from\":%llu,\"x\":\"\"}}",
                     (unsigned long long)s.alice, (unsigned long long)s.alice);
    assert_true(str_eq(page.events, expected));
    assert_int_equal(page.count, 2);
    struct tx tx = stores_read(s.stores);
    assert_int_equal(page.last, tx_pos(&tx));
}

static void pages_meet_without_a_gap(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, 250, 0);
    int64_t from = 0;
    size_t sizes[] = {100, 100, 50, 0};
    for (size_t i = 0; i < 4; i++) {
        struct to_device_page page = read_at(&s, from, 1000);
        assert_int_equal(page.count, sizes[i]);
        from = page.last;
    }
    struct to_device_page three = read_at(&s, 0, 3);
    assert_int_equal(three.count, 3);
    assert_true(str_contains(read_at(&s, three.last, 1).events, S("\"n\":3,")));
}

static void a_page_is_bounded_in_bytes_but_never_empty(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, 40, 60000);
    struct to_device_page page = read_at(&s, 0, 100);
    assert_in_range(page.events.len, 500000, TO_DEVICE_PAGE_BYTES);
    assert_true(page.count < 40);
}

static void what_the_device_has_is_gone_and_the_rest_is_not(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, 5, 0);
    forget(&s, read_at(&s, 0, 2).last);
    struct to_device_page page = read_at(&s, 0, 100);
    assert_int_equal(page.count, 3);
    assert_true(str_contains(page.events, S("\"n\":2,")));
    forget(&s, -1);
    assert_int_equal(read_at(&s, 0, 100).count, 0);
}

static void a_queue_survives_a_restart(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, 3, 0);
    stores_restart(s.stores);
    assert_int_equal(read_at(&s, 0, 100).count, 3);
}

static void a_full_queue_takes_from_who_filled_it(void **state)
{
    struct scene s = scene(state);
    put(&s, s.carol, 10, 0);
    put(&s, s.alice, TO_DEVICE_QUEUE_COUNT - 10, 0);
    assert_int_equal(rows_from(&s, s.alice), TO_DEVICE_QUEUE_COUNT - 10);
    put(&s, s.carol, 1, 0);
    assert_int_equal(rows_from(&s, s.carol), 11);
    assert_int_equal(rows_from(&s, s.alice), TO_DEVICE_QUEUE_COUNT - 10 - TO_DEVICE_QUEUE_COUNT / 10);
    /* The oldest went: what comes first of the other's is no more their first. */
    struct to_device_page page = read_at(&s, 0, 11);
    assert_true(str_contains(page.events,
                             arena_printf(&s.stores->arena, "{\"n\":1000,\"from\":%llu", (unsigned long long)s.alice)));
}

static void a_queue_stays_bounded_whoever_fills_it(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, TO_DEVICE_QUEUE_COUNT, 0);
    put(&s, s.carol, TO_DEVICE_QUEUE_COUNT, 0);
    assert_true(rows_from(&s, s.alice) + rows_from(&s, s.carol) <= TO_DEVICE_QUEUE_COUNT);
    assert_true(rows_from(&s, s.alice) > TO_DEVICE_QUEUE_COUNT / 3);
}

static void a_queue_is_bounded_in_bytes(void **state)
{
    struct scene s = scene(state);
    put(&s, s.carol, 3, 0);
    put(&s, s.alice, 600, 65000);
    assert_true(rows_from(&s, s.alice) * 65000 <= TO_DEVICE_QUEUE_BYTES);
    assert_true(rows_from(&s, s.alice) > 400);
    assert_int_equal(rows_from(&s, s.carol), 3);
}

/* What was counted before a restart, or an acknowledgement, is not counted twice or never. */
static void the_count_follows_the_rows(void **state)
{
    struct scene s = scene(state);
    put(&s, s.alice, TO_DEVICE_QUEUE_COUNT - 1, 0);
    stores_restart(s.stores);
    put(&s, s.alice, 1, 0);
    assert_int_equal(rows_from(&s, s.alice), TO_DEVICE_QUEUE_COUNT);
    forget(&s, INT64_MAX);
    put(&s, s.alice, TO_DEVICE_QUEUE_COUNT, 0);
    assert_int_equal(rows_from(&s, s.alice), TO_DEVICE_QUEUE_COUNT);
}

struct note {
    struct to_device_place from;
    str type, txn_id;
    enum rc rc;
};

static enum rc note_run(struct tx *tx, void *arg)
{
    struct note *note = arg;
    note->rc = to_device_note_sent(tx, note->from, note->type, note->txn_id);
    return RC_OK;
}

static enum rc note(const struct scene *scene, uint64_t device, str type, str txn_id)
{
    struct note arg = {{scene->alice, device}, type, txn_id, RC_INTERNAL};
    assert_int_equal(stores_write(scene->stores, note_run, &arg), RC_OK);
    return arg.rc;
}

static void a_transaction_is_known_by_device_type_and_id(void **state)
{
    struct scene s = scene(state);
    assert_int_equal(note(&s, 1, S("a"), S("1")), RC_OK);
    assert_int_equal(note(&s, 2, S("a"), S("1")), RC_OK);
    assert_int_equal(note(&s, 1, S("b"), S("1")), RC_OK);
    assert_int_equal(note(&s, 1, S("a"), S("2")), RC_OK);
    assert_int_equal(note(&s, 1, S("a1"), S("")), RC_OK);
    stores_restart(s.stores);
    assert_int_equal(note(&s, 1, S("a"), S("1")), RC_EXISTS);
    struct forget arg = {{s.alice, 1}, -1};
    assert_int_equal(stores_write(s.stores, forget_run, &arg), RC_OK);
    assert_int_equal(note(&s, 1, S("a"), S("1")), RC_OK);
}

static enum rc destroy_run(struct tx *tx, void *arg)
{
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

static void test_4_3_4_5_what_waits_is_sealed_under_the_recipients_key(void **state)
{
    struct scene s = scene(state);
    struct to_device_page page;
    put(&s, s.alice, 1, 0);
    assert_int_equal(stores_write(s.stores, destroy_run, &s.alice), RC_OK);
    assert_int_equal(read_at(&s, 0, 100).count, 1);
    assert_int_equal(stores_write(s.stores, destroy_run, &s.bob.user_nid), RC_OK);
    struct tx tx = stores_read(s.stores);
    assert_int_equal(to_device_read(&tx, s.bob, 0, tx_pos(&tx), 100, &page), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(what_is_put_is_read_in_order_as_the_device_is_given_it),
        STORES_TEST(pages_meet_without_a_gap),
        STORES_TEST(a_page_is_bounded_in_bytes_but_never_empty),
        STORES_TEST(what_the_device_has_is_gone_and_the_rest_is_not),
        STORES_TEST(a_queue_survives_a_restart),
        STORES_TEST(a_full_queue_takes_from_who_filled_it),
        STORES_TEST(a_queue_stays_bounded_whoever_fills_it),
        STORES_TEST(a_queue_is_bounded_in_bytes),
        STORES_TEST(the_count_follows_the_rows),
        STORES_TEST(a_transaction_is_known_by_device_type_and_id),
        STORES_TEST(test_4_3_4_5_what_waits_is_sealed_under_the_recipients_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
