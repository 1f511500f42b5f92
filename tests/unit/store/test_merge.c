/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The index of events while it moves from memory into the tables, a short run at a time. */
#include "store/writer.h"
#include "support/chat.h"

#include <signal.h>
#include <sys/resource.h>

#define ALICE S("@alice:example.org")

enum { MESSAGES = 600, RUN = 50 };

static enum rc short_runs(struct tx *tx, void *arg)
{
    (void)arg;
    merge_set_run(tx->p->merge, RUN, 10);
    return RC_OK;
}

struct book {
    uint64_t nid, other;
    int count;
    int64_t pos[MESSAGES];
    char id[MESSAGES][48];
};

static void write_one(struct stores *stores, struct book *book)
{
    int i = book->count++;
    char txn[16];
    snprintf(txn, sizeof txn, "t%d", i);
    struct chat_send send = {.room_nid = book->nid,
                             .sender_nid = 1,
                             .sender = ALICE,
                             .type = S("m.room.message"),
                             .device_nid = 1 + (uint64_t)i % 3,
                             .txn_id = str_of(txn),
                             .content = S("{\"body\":\"x\"}")};
    assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
    book->pos[i] = send.pos;
    snprintf(book->id[i], sizeof book->id[i], "%.*s", STR_ARG(send.event_id));
    if (i % 4 == 0)
        chat_say(stores, book->other, 1, ALICE, S("elsewhere"));
    arena_reset(&stores->arena);
}

/* Every way of finding each event. */
static void check_all(struct stores *stores, const struct book *book)
{
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, book->nid);
    struct event_list list;
    for (int back = 0; back < 2; back++) {
        assert_int_equal(events_range(&tx, room, book->pos[0] - 1, INT64_MAX, back, 10000, &list), RC_OK);
        assert_int_equal(list.count, book->count);
        for (int i = 0; i < book->count; i++)
            assert_int_equal(list.items[back ? book->count - 1 - i : i]->pos, book->pos[i]);
    }
    for (int i = 0; i < book->count; i++) {
        const struct event *event;
        assert_int_equal(events_find(&tx, room, str_of(book->id[i]), &event), RC_OK);
        assert_int_equal(event->pos, book->pos[i]);
    }
    for (int i = 0; i < book->count; i += 17) {
        char txn[16];
        snprintf(txn, sizeof txn, "t%d", i);
        struct chat_send again = {.room_nid = book->nid,
                                  .sender_nid = 1,
                                  .sender = ALICE,
                                  .type = S("m.room.message"),
                                  .device_nid = 1 + (uint64_t)i % 3,
                                  .txn_id = str_of(txn),
                                  .content = S("{\"body\":\"again\"}")};
        assert_int_equal(stores_write(stores, chat_send_run, &again), RC_OK);
        assert_int_equal(again.pos, 0);
        assert_true(str_eq(again.event_id, str_of(book->id[i])));
    }
    arena_reset(&stores->arena);
}

static void begin(struct stores *stores, struct book *book)
{
    stores_user(stores, S("alice"));
    book->nid = chat_room(stores, 1, ALICE, S("12"));
    env_simulated_advance(&stores->env, 1);
    book->other = chat_room(stores, 1, ALICE, S("12"));
    assert_int_equal(stores_write(stores, short_runs, NULL), RC_OK);
}

static void every_event_is_found_at_every_stage_of_merging(void **state)
{
    struct stores *stores = *state;
    static struct book book;
    book = (struct book){0};
    begin(stores, &book);
    while (book.count < MESSAGES) {
        write_one(stores, &book);
        if (book.count % 41 == 0)
            check_all(stores, &book);
    }
    assert_true(merge_position(stores->store->writer->batch.merge) > book.pos[MESSAGES / 2]);
}

static void a_restart_in_the_middle_of_a_run_loses_nothing(void **state)
{
    struct stores *stores = *state;
    static struct book book;
    book = (struct book){0};
    begin(stores, &book);
    while (book.count < MESSAGES) {
        write_one(stores, &book);
        if (book.count % 67 == 0) {
            stores_restart(stores);
            assert_int_equal(stores_write(stores, short_runs, NULL), RC_OK);
            check_all(stores, &book);
        }
    }
    assert_true(merge_position(stores->store->writer->batch.merge) > book.pos[MESSAGES / 2]);
}

static void a_failing_commit_repeats_the_step(void **state)
{
    struct stores *stores = *state;
    static struct book book;
    book = (struct book){0};
    begin(stores, &book);
    signal(SIGXFSZ, SIG_IGN);
    while (book.count < MESSAGES / 2) {
        write_one(stores, &book);
        if (book.count % 29)
            continue;
        struct rlimit old, tight;
        getrlimit(RLIMIT_FSIZE, &old);
        tight = old;
        tight.rlim_cur = 1000; /* less than a log's header and page: the checkpointer may have begun it anew */
        setrlimit(RLIMIT_FSIZE, &tight);
        struct chat_send lost = {.room_nid = book.nid,
                                 .sender_nid = 1,
                                 .sender = ALICE,
                                 .type = S("m.room.message"),
                                 .content = S("{\"body\":\"lost\"}")};
        assert_int_equal(stores_write(stores, chat_send_run, &lost), RC_STORE);
        setrlimit(RLIMIT_FSIZE, &old);
    }
    check_all(stores, &book);
    stores_restart(stores);
    check_all(stores, &book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(every_event_is_found_at_every_stage_of_merging),
        STORES_TEST(a_restart_in_the_middle_of_a_run_loses_nothing),
        STORES_TEST(a_failing_commit_repeats_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
