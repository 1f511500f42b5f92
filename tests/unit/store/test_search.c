/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The index in turns, each step of it at hand: what is indexed, grows, is forgotten, and comes back only if it must. */
#include "store/seal.h"
#include "store/search_build.h"
#include "store/search_find.h"
#include "store/search_forget.h"
#include "store/search_rows.h"
#include "store/store_private.h"
#include "support/chat.h"

#define ALICE S("@alice:example.org")

struct scene {
    struct stores *stores;
    uint64_t alice, room;
};

static struct scene scene_make(void **state)
{
    struct scene scene = {.stores = *state};
    scene.alice = stores_user(scene.stores, S("alice"));
    scene.room = chat_room(scene.stores, scene.alice, ALICE, S("12"));
    return scene;
}

static struct chat_send say(const struct scene *scene, const char *text)
{
    return chat_say(scene->stores, scene->room, scene->alice, ALICE, str_of(text));
}

/* On a connection of its own, like the thread's. */
static struct tx indexer(const struct scene *scene)
{
    struct error err;
    struct tx tx = stores_read(scene->stores);
    char *path = store_path(scene->stores->store, "search.db");
    assert_int_equal(db_open(path, DB_WRITER, 1 << 20, &tx.search, &err), RC_OK);
    free(path);
    return tx;
}

static bool turn(const struct scene *scene)
{
    bool more;
    struct tx tx = indexer(scene);
    assert_int_equal(search_build_turn(&tx, NULL, &more), RC_OK);
    db_close(&tx.search);
    return more;
}

static void catch_up(const struct scene *scene)
{
    while (turn(scene))
        ;
}

static struct search_found find(const struct scene *scene, struct tx *tx, const char *term)
{
    struct search_query query;
    struct search_found result;
    query_parse(tx->arena, str_of(term), &query);
    const struct search_question question = {&query, &scene->room, 1, 7, tx_pos(tx)};
    assert_int_equal(search_find(tx, &question, &result), RC_OK);
    return result;
}

static size_t found(const struct scene *scene, const char *term)
{
    struct tx tx = stores_read(scene->stores);
    struct search_found result = find(scene, &tx, term);
    assert_false(result.bounded);
    return result.count;
}

static int64_t number(const struct scene *scene, const char *sql)
{
    struct db_query q;
    struct tx tx = stores_read(scene->stores);
    assert_int_equal(db_query(tx_search(&tx), &q, sql, NULL), RC_OK);
    int64_t value = db_next(&q) ? db_column_i64(&q, 0) : -1;
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return value;
}

static void what_is_said_is_found_before_and_after_it_is_indexed(void **state)
{
    struct scene scene = scene_make(state);
    say(&scene, "a quiet heron");
    assert_int_equal(number(&scene, "SELECT count(*) FROM segment"), 0);
    assert_int_equal(found(&scene, "heron quiet"), 1);
    catch_up(&scene);
    assert_int_equal(number(&scene, "SELECT count(*) FROM segment"), 1);
    assert_int_equal(found(&scene, "heron quiet"), 1);
    say(&scene, "another heron");
    assert_int_equal(found(&scene, "heron"), 2);
    catch_up(&scene);
    assert_int_equal(found(&scene, "heron"), 2);
}

/* Else the cost of a message would grow with the history: rows are few, and no more than half are rewritten. */
static void small_segments_grow_together(void **state)
{
    struct scene scene = scene_make(state);
    for (int i = 0; i < 40; i++) {
        say(&scene, "one more gull");
        catch_up(&scene);
    }
    assert_int_equal(found(&scene, "gull"), 40);
    assert_true(number(&scene, "SELECT count(*) FROM segment") <= 6);
    assert_int_equal(number(&scene, "SELECT sum(docs) FROM segment"), 40);
}

static enum rc forget_run(struct tx *tx, void *arg)
{
    struct search_place place = *(struct search_place *)arg;
    return search_forget(tx, 1, &place, 1);
}

/* The commit of a redaction that got as far as the index and no further. */
static void forget_only(const struct scene *scene, int64_t pos)
{
    struct search_place place = {scene->alice, pos};
    assert_int_equal(stores_write(scene->stores, forget_run, &place), RC_OK);
}

static void what_is_forgotten_does_not_come_back_by_indexing(void **state)
{
    struct scene scene = scene_make(state);
    struct chat_send one = say(&scene, "the first plover"), two = say(&scene, "the second plover");
    assert_int_equal(scene.room, 1);
    catch_up(&scene);
    forget_only(&scene, one.pos);
    assert_int_equal(found(&scene, "plover"), 1);
    struct chat_send three = say(&scene, "the third plover");
    forget_only(&scene, three.pos); /* before it was indexed */
    catch_up(&scene);
    assert_int_equal(found(&scene, "plover"), 1);
    forget_only(&scene, two.pos);
    assert_int_equal(found(&scene, "plover"), 0);
    assert_int_equal(number(&scene, "SELECT count(*) FROM segment"), 0);
}

static void what_is_forgotten_between_reading_and_writing_is_left_out(void **state)
{
    struct scene scene = scene_make(state);
    say(&scene, "a first dunlin");
    struct chat_send two = say(&scene, "a second dunlin");
    say(&scene, "a third dunlin");
    struct search_turn turn = {.gathered = GATHERED_INIT};
    struct tx tx = indexer(&scene);
    assert_int_equal(search_turn_read(&tx, &turn), RC_OK);
    assert_int_equal(turn.gathered.texts.count, 3);
    forget_only(&scene, two.pos);
    assert_int_equal(search_turn_write(&tx, &turn), RC_OK);
    gathered_fini(&turn.gathered);
    db_close(&tx.search);
    assert_int_equal(found(&scene, "dunlin"), 2);
    assert_int_equal(found(&scene, "second"), 0);
}

/* ---- fresh from the writer ---- */

static void tell(void *ctx, struct notice *notice)
{
    search_fresh_add(ctx, notice);
}

static size_t texts_read(const struct scene *scene, const struct search_fresh *fresh, struct search_turn *turn)
{
    struct tx tx = indexer(scene);
    *turn = (struct search_turn){.fresh = fresh, .gathered = GATHERED_INIT};
    assert_int_equal(search_turn_read(&tx, turn), RC_OK);
    db_close(&tx.search);
    return turn->gathered.texts.count;
}

static void write_turn(const struct scene *scene, struct search_turn *turn)
{
    struct tx tx = indexer(scene);
    assert_int_equal(search_turn_write(&tx, turn), RC_OK);
    gathered_fini(&turn->gathered);
    db_close(&tx.search);
}

static void what_is_fresh_is_indexed_as_it_was_committed(void **state)
{
    struct scene scene = scene_make(state);
    struct search_fresh fresh = {0};
    struct search_turn turn;
    say(&scene, "told to nobody: a merlin");
    store_observe(scene.stores->store, tell, &fresh);
    struct chat_send first = say(&scene, "told, but who knows from where: a hobby");
    assert_int_equal(fresh.events.count, 0);
    assert_int_equal(fresh.from, first.pos);
    say(&scene, "an early kestrel");
    struct chat_send last = say(&scene, "a late kestrel");
    assert_int_equal(fresh.events.count, 2);
    assert_int_equal(fresh.upto, last.pos);

    /* The index is further back than what is fresh. */
    assert_int_equal(texts_read(&scene, &fresh, &turn), 4);
    gathered_fini(&turn.gathered);
    search_fresh_clear(&fresh, fresh.upto);
    catch_up(&scene);

    say(&scene, "a red kite");
    say(&scene, "a black kite");
    search_fresh_sort(&fresh);
    const struct search_fresh empty = {.from = fresh.from, .upto = fresh.upto};
    assert_int_equal(texts_read(&scene, &empty, &turn), 0); /* the rows are not looked at */
    gathered_fini(&turn.gathered);
    assert_int_equal(texts_read(&scene, &fresh, &turn), 2);
    write_turn(&scene, &turn);
    assert_int_equal(found(&scene, "kite"), 2);
    assert_int_equal(found(&scene, "kestrel"), 2);
    assert_false(turn.more);
    search_fresh_fini(&fresh);
}

static void what_was_fresh_and_is_forgotten_is_left_out(void **state)
{
    struct scene scene = scene_make(state);
    struct search_fresh fresh = {0};
    struct search_turn turn;
    store_observe(scene.stores->store, tell, &fresh);
    say(&scene, "a first hobby");
    catch_up(&scene);
    struct chat_send two = say(&scene, "a second hobby");
    say(&scene, "a third hobby");
    forget_only(&scene, two.pos);
    assert_int_equal(texts_read(&scene, &fresh, &turn), 2);
    write_turn(&scene, &turn);
    assert_int_equal(found(&scene, "hobby"), 2);
    assert_int_equal(found(&scene, "second"), 0);
    search_fresh_fini(&fresh);
}

static void too_much_that_is_fresh_is_let_go_and_read_from_its_rows(void **state)
{
    enum { TEXTS = 120, TEXT_BYTES = 40000 };
    struct scene scene = scene_make(state);
    struct search_fresh fresh = {0};
    struct search_turn turn;
    char *text = malloc(TEXT_BYTES + 1);
    store_observe(scene.stores->store, tell, &fresh);
    say(&scene, "a first");
    catch_up(&scene);
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = i % 5 == 4 ? ' ' : 'o';
    text[TEXT_BYTES] = 0;
    for (int i = 0; i < TEXTS; i++)
        say(&scene, text);
    free(text);
    assert_true(fresh.events.count < TEXTS);
    assert_true(fresh.bytes < 5 << 20);
    /* 512 KiB a turn, from the rows. */
    assert_in_range(texts_read(&scene, &fresh, &turn), 13, 15);
    assert_true(turn.more);
    gathered_fini(&turn.gathered);
    search_fresh_fini(&fresh);
}

static void what_a_crash_left_forgotten_and_readable_is_indexed_again(void **state)
{
    struct scene scene = scene_make(state);
    struct chat_send one = say(&scene, "a lonely curlew");
    catch_up(&scene);
    forget_only(&scene, one.pos);
    assert_int_equal(found(&scene, "curlew"), 0);
    stores_restart(scene.stores);
    catch_up(&scene);
    assert_int_equal(found(&scene, "curlew"), 1);
    assert_int_equal(number(&scene, "SELECT (SELECT count(*) FROM doubt) + (SELECT count(*) FROM forgotten)"), 0);
}

static enum rc redact_run(struct tx *tx, void *arg)
{
    const struct room *room;
    const struct event *event;
    TRY(rooms_get(tx, 1, &room));
    TRY(events_at(tx, room, *(int64_t *)arg, &event));
    return rooms_apply_redaction(tx, &room, event);
}

static void the_redacted_is_gone_and_stays_gone(void **state)
{
    struct scene scene = scene_make(state);
    struct chat_send one = say(&scene, "a careless wigeon");
    say(&scene, "a careful wigeon");
    catch_up(&scene);
    assert_int_equal(stores_write(scene.stores, redact_run, &one.pos), RC_OK);
    assert_int_equal(found(&scene, "careless"), 0);
    assert_int_equal(found(&scene, "wigeon"), 1);
    catch_up(&scene);
    assert_int_equal(number(&scene, "SELECT count(*) FROM forgotten"), 0);
    stores_restart(scene.stores);
    catch_up(&scene);
    assert_int_equal(found(&scene, "careless"), 0);
}

static enum rc destroy_run(struct tx *tx, void *arg)
{
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

static void test_4_3_without_the_key_a_segment_says_nothing(void **state)
{
    struct scene scene = scene_make(state);
    say(&scene, "a vanishing bittern");
    catch_up(&scene);
    assert_int_equal(stores_write(scene.stores, destroy_run, &scene.alice), RC_OK);
    assert_int_equal(number(&scene, "SELECT count(*) FROM segment"), 1);
    assert_int_equal(found(&scene, "bittern"), 0);
    /* Nor is anything indexed under it any more. */
    catch_up(&scene);
    assert_int_equal(number(&scene, "SELECT count(*) FROM segment"), 1);
}

static void stores_older_than_the_index_have_it_made_anew(void **state)
{
    struct scene scene = scene_make(state);
    say(&scene, "an early lapwing");
    catch_up(&scene);
    struct tx tx = indexer(&scene);
    assert_int_equal(search_progress_set(&tx, tx_pos(&tx) + 1000), RC_OK);
    db_close(&tx.search);
    catch_up(&scene);
    assert_int_equal(found(&scene, "lapwing"), 1);
    assert_int_equal(number(&scene, "SELECT sum(docs) FROM segment"), 1);
}

/* A clock that goes on by so much each time it is looked at. */
struct slow_machine {
    struct env env;
    int64_t steady, step;
};

static int64_t slow_steady(struct env *env)
{
    struct slow_machine *machine = (struct slow_machine *)env;
    return machine->steady += machine->step;
}

static struct search_found find_slowly(const struct scene *scene, const char *term, int64_t step)
{
    struct tx tx = stores_read(scene->stores);
    struct slow_machine machine = {*tx.env, 0, step};
    machine.env.steady_ms = slow_steady;
    tx.env = &machine.env;
    return find(scene, &tx, term);
}

static void a_search_takes_a_second_and_what_it_leaves_out_is_old(void **state)
{
    struct scene scene = scene_make(state);
    struct chat_send last = {0};
    for (int i = 0; i < 10; i++)
        last = say(&scene, "a patient grebe");
    catch_up(&scene);
    for (int i = 0; i < 5; i++)
        say(&scene, "a patient grebe");
    struct search_found result = find_slowly(&scene, "grebe", 1);
    assert_false(result.bounded);
    assert_int_equal(result.count, 15);
    result = find_slowly(&scene, "grebe", SEARCH_MAX_MS / 4);
    assert_true(result.bounded);
    assert_int_equal(result.count, 3);
    for (size_t i = 0; i < result.count; i++)
        assert_true(result.items[i].pos > last.pos);
    catch_up(&scene);
    result = find_slowly(&scene, "grebe", SEARCH_MAX_MS / 2);
    assert_true(result.bounded);
    assert_int_equal(result.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(what_is_said_is_found_before_and_after_it_is_indexed),
        STORES_TEST(small_segments_grow_together),
        STORES_TEST(what_is_forgotten_does_not_come_back_by_indexing),
        STORES_TEST(what_is_forgotten_between_reading_and_writing_is_left_out),
        STORES_TEST(what_is_fresh_is_indexed_as_it_was_committed),
        STORES_TEST(what_was_fresh_and_is_forgotten_is_left_out),
        STORES_TEST(too_much_that_is_fresh_is_let_go_and_read_from_its_rows),
        STORES_TEST(what_a_crash_left_forgotten_and_readable_is_indexed_again),
        STORES_TEST(the_redacted_is_gone_and_stays_gone),
        STORES_TEST(test_4_3_without_the_key_a_segment_says_nothing),
        STORES_TEST(stores_older_than_the_index_have_it_made_anew),
        STORES_TEST(a_search_takes_a_second_and_what_it_leaves_out_is_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
