/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What belongs to people in rooms: account data, receipts, aliases, filters, uploads. */
#include "store/account_data.h"
#include "store/aliases.h"
#include "store/filters.h"
#include "store/media.h"
#include "store/receipts.h"
#include "store/seal.h"
#include "support/chat.h"

/* ---- account data ---- */

struct data {
    uint64_t user, room;
    str type, content;
};

static enum rc data_set(struct tx *tx, void *arg)
{
    const struct data *data = arg;
    return account_data_set(tx, data->user, data->room, data->type, data->content);
}

static void account_data_is_replaced_and_told_in_order_of_change(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct data steps[] = {{alice, 0, S("m.direct"), S("{\"a\":1}")},
                           {alice, 7, S("m.tag"), S("{\"tags\":{}}")},
                           {alice, 0, S("m.direct"), S("{\"a\":2}")}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(stores_write(stores, data_set, &steps[i]), RC_OK);
    struct tx tx = stores_read(stores);
    str content;
    assert_int_equal(account_data_get(&tx, alice, 0, S("m.direct"), &content), RC_OK);
    assert_true(str_eq(content, S("{\"a\":2}")));
    assert_int_equal(account_data_get(&tx, alice, 0, S("m.tag"), &content), RC_NOT_FOUND);
    struct account_data *items;
    size_t count;
    assert_int_equal(account_data_changes(&tx, alice, 0, INT64_MAX, &items, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_true(str_eq(items[0].type, S("m.tag")) && items[0].room_nid == 7);
    assert_true(str_eq(items[1].type, S("m.direct")));
    assert_int_equal(account_data_changes(&tx, alice, items[1].pos, INT64_MAX, &items, &count), RC_OK);
    assert_int_equal(count, 0);
}

static void account_data_beyond_its_limit_is_refused(void **state)
{
    struct stores *stores = *state;
    char *large = calloc(1, ACCOUNT_DATA_MAX_BYTES + 1);
    struct data data = {stores_user(stores, S("alice")), 0, S("x"), str_from(large, ACCOUNT_DATA_MAX_BYTES + 1)};
    assert_int_equal(stores_write(stores, data_set, &data), RC_TOO_LARGE);
    free(large);
}

static void the_ignored_are_known_by_id(void **state)
{
    struct stores *stores = *state;
    struct data data = {stores_user(stores, S("alice")), 0, S("m.ignored_user_list"),
                        S("{\"ignored_users\":{\"@bob:example.org\":{}}}")};
    const struct ignored_users *ignored;
    struct tx tx = stores_read(stores);
    assert_int_equal(ignored_users_load(&tx, data.user, &ignored), RC_OK);
    assert_null(ignored);
    assert_false(ignored_users_has(NULL, S("@bob:example.org")));
    assert_int_equal(stores_write(stores, data_set, &data), RC_OK);
    assert_int_equal(ignored_users_load(&tx, data.user, &ignored), RC_OK);
    assert_true(ignored_users_has(ignored, S("@bob:example.org")));
    assert_false(ignored_users_has(ignored, S("@carol:example.org")));
}

/* ---- receipts ---- */

struct reading {
    uint64_t room, user;
    enum receipt_kind kind;
    str thread, event_id;
    bool moved;
};

static enum rc read_up_to(struct tx *tx, void *arg)
{
    struct reading *reading = arg;
    const struct room *room = chat_get(tx, reading->room);
    const struct event *event;
    TRY(events_find(tx, room, reading->event_id, &event));
    return receipts_set(tx, &room, reading->user, reading->kind, reading->thread, event, &reading->moved);
}

static void receipts_only_move_forward_and_private_ones_stay_private(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    uint64_t room_nid = chat_room(stores, alice, S("@alice:example.org"), S("12"));
    struct chat_send one = chat_say(stores, room_nid, alice, S("@alice:example.org"), S("one"));
    struct chat_send two = chat_say(stores, room_nid, alice, S("@alice:example.org"), S("two"));
    struct reading steps[] = {{room_nid, alice, RECEIPT_PUBLIC, STR_NONE, two.event_id, false},
                              {room_nid, alice, RECEIPT_PUBLIC, STR_NONE, one.event_id, true},
                              {room_nid, alice, RECEIPT_PRIVATE, S("main"), one.event_id, false}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(stores_write(stores, read_up_to, &steps[i]), RC_OK);
    assert_true(steps[0].moved);
    assert_false(steps[1].moved);
    struct tx tx = stores_read(stores);
    const struct room *room = chat_get(&tx, room_nid);
    int64_t read_pos;
    assert_int_equal(receipts_read_pos(&tx, room, alice, &read_pos), RC_OK);
    assert_int_equal(read_pos, two.pos);
    struct receipt *receipts;
    size_t count;
    assert_int_equal(receipts_changes(&tx, room, bob, 0, INT64_MAX, &receipts, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_int_equal(receipts_changes(&tx, room, alice, 0, INT64_MAX, &receipts, &count), RC_OK);
    assert_int_equal(count, 2);
    assert_true(str_eq(receipts[1].thread, S("main")));
}

/* ---- aliases ---- */

struct naming {
    str alias;
    uint64_t room, maker;
    bool away;
};

static enum rc name_room(struct tx *tx, void *arg)
{
    const struct naming *naming = arg;
    return naming->away ? aliases_remove(tx, naming->alias)
                        : aliases_add(tx, naming->alias, naming->room, naming->maker);
}

static enum rc erase(struct tx *tx, void *arg)
{
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

static void an_alias_leads_to_one_room_and_outlives_its_maker_unreadable(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct naming naming = {S("#tea:example.org"), 5, alice, false}, other = {S("#tea:example.org"), 6, alice, false};
    assert_int_equal(stores_write(stores, name_room, &naming), RC_OK);
    assert_int_equal(stores_write(stores, name_room, &other), RC_EXISTS);
    struct tx tx = stores_read(stores);
    uint64_t room;
    str *aliases;
    size_t count;
    assert_int_equal(aliases_find(&tx, S("#tea:example.org"), &room, NULL), RC_OK);
    assert_int_equal(room, 5);
    assert_int_equal(aliases_of_room(&tx, 5, &aliases, &count), RC_OK);
    assert_int_equal(count, 1);
    assert_true(str_eq(aliases[0], S("#tea:example.org")));
    assert_int_equal(stores_write(stores, erase, &alice), RC_OK);
    assert_int_equal(aliases_of_room(&tx, 5, &aliases, &count), RC_OK);
    assert_int_equal(count, 0);
    naming.away = true;
    assert_int_equal(stores_write(stores, name_room, &naming), RC_OK);
    assert_int_equal(aliases_find(&tx, S("#tea:example.org"), &room, NULL), RC_NOT_FOUND);
}

/* ---- filters ---- */

struct filtering {
    uint64_t user;
    str filter, id;
};

static enum rc keep_filter(struct tx *tx, void *arg)
{
    struct filtering *filtering = arg;
    TRY(filters_add(tx, filtering->user, filtering->filter, &filtering->id));
    filtering->id = arena_dup(tx->arena, filtering->id);
    return RC_OK;
}

static void the_same_filter_has_the_same_id(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct filtering a = {.user = alice, .filter = S("{\"a\":1}")}, b = {.user = alice, .filter = S("{\"b\":1}")},
                     again = a;
    assert_int_equal(stores_write(stores, keep_filter, &a), RC_OK);
    assert_int_equal(stores_write(stores, keep_filter, &b), RC_OK);
    assert_int_equal(stores_write(stores, keep_filter, &again), RC_OK);
    assert_true(str_eq(a.id, again.id));
    assert_false(str_eq(a.id, b.id));
    struct tx tx = stores_read(stores);
    str filter;
    assert_int_equal(filters_get(&tx, alice, b.id, &filter), RC_OK);
    assert_true(str_eq(filter, S("{\"b\":1}")));
    assert_int_equal(filters_get(&tx, alice + 1, b.id, &filter), RC_NOT_FOUND);
}

/* ---- uploads ---- */

static enum rc add_media(struct tx *tx, void *arg)
{
    struct media *media = arg;
    media->id = STR_NONE;
    media->digest = media->name; /* a name for each content here */
    TRY(media_add(tx, media, &media->id, &media->file));
    return RC_OK;
}

static void an_upload_is_lost_with_its_owners_key(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct media media = {.owner_nid = alice, .size = 3, .file = S("f"), .type = S("text/plain"), .name = S("a.txt")},
                 found;
    memset(media.key.bytes, 9, sizeof media.key.bytes);
    assert_int_equal(stores_write(stores, add_media, &media), RC_OK);
    struct tx tx = stores_read(stores);
    assert_int_equal(media_get(&tx, media.id, &found), RC_OK);
    assert_true(found.uploaded && str_eq(found.name, S("a.txt")) && str_eq(found.type, S("text/plain")));
    assert_memory_equal(found.key.bytes, media.key.bytes, sizeof media.key.bytes);
    assert_int_equal(stores_write(stores, erase, &alice), RC_OK);
    assert_int_equal(media_get(&tx, media.id, &found), RC_NOT_FOUND);
}

static struct media an_upload(uint64_t owner, const char *file, const char *content)
{
    struct media media = {.owner_nid = owner, .size = 3, .file = str_of(file), .name = str_of(content)};
    memset(media.key.bytes, file[0], sizeof media.key.bytes);
    return media;
}

static void uses(struct stores *stores, uint64_t owner, int64_t bytes, int64_t files)
{
    struct tx tx = stores_read(stores);
    struct media_usage used;
    assert_int_equal(media_usage(&tx, owner, &used), RC_OK);
    assert_int_equal(used.bytes, bytes);
    assert_int_equal(used.files, files);
}

static enum rc remove_media(struct tx *tx, void *arg)
{
    const struct media *media = arg;
    struct db_query q;
    TRY(db_query(tx_chat(tx), &q, "DELETE FROM media WHERE id = ?1", NULL));
    db_bind_text(&q, 1, media->id);
    return db_run(&q, NULL);
}

static void the_same_bytes_of_one_person_share_a_file_and_count_once(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct media first = an_upload(alice, "first", "cat"), again = an_upload(alice, "again", "cat"),
                 other = an_upload(alice, "other", "dog"), of_bob = an_upload(bob, "of bob", "cat"), found;
    struct media *all[] = {&first, &again, &other, &of_bob};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(stores_write(stores, add_media, all[i]), RC_OK);
    assert_true(str_eq(again.file, S("first")));
    assert_true(str_eq(of_bob.file, S("of bob"))); /* never another person's */
    struct tx tx = stores_read(stores);
    assert_int_equal(media_get(&tx, again.id, &found), RC_OK);
    assert_true(str_eq(found.file, S("first")) && found.key.bytes[0] == 'f');
    uses(stores, alice, 6, 3);
    uses(stores, bob, 3, 1);
    bool known;
    assert_int_equal(stores_write(stores, remove_media, &first), RC_OK);
    assert_int_equal(media_knows_file(&tx, S("first"), &known), RC_OK);
    assert_true(known);
    uses(stores, alice, 6, 2);
    assert_int_equal(stores_write(stores, remove_media, &again), RC_OK);
    assert_int_equal(media_knows_file(&tx, S("first"), &known), RC_OK);
    assert_false(known);
    uses(stores, alice, 3, 1);
}

static enum rc announce(struct tx *tx, void *arg)
{
    struct media *media = arg;
    return media_create(tx, media->owner_nid, 2, &media->id);
}

static enum rc fill(struct tx *tx, void *arg)
{
    struct media *media = arg;
    str id;
    media->digest = media->name;
    return media_add(tx, media, &id, &media->file);
}

static void what_is_announced_counts_when_it_is_filled(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct media media = an_upload(alice, "file", "cat"), second = media, third = media;
    struct media_usage used;
    assert_int_equal(stores_write(stores, announce, &media), RC_OK);
    assert_int_equal(stores_write(stores, announce, &second), RC_OK);
    assert_int_equal(stores_write(stores, announce, &third), RC_LIMITED);
    uses(stores, alice, 0, 0);
    assert_int_equal(stores_write(stores, fill, &media), RC_OK);
    uses(stores, alice, 3, 1);
    struct tx tx = stores_read(stores);
    assert_int_equal(media_usage(&tx, alice, &used), RC_OK);
    assert_int_equal(used.waiting, 1);
}

static void uploads_within_a_day_are_counted_and_waited_for(void **state)
{
    enum { HOUR = 3600 * 1000, DAY = 24 * HOUR };
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct media first = an_upload(alice, "1", "1"), second = an_upload(alice, "2", "2");
    int64_t wait, count;
    assert_int_equal(stores_write(stores, add_media, &first), RC_OK);
    env_simulated_advance(&stores->env, HOUR);
    assert_int_equal(stores_write(stores, add_media, &second), RC_OK);
    struct tx tx = stores_read(stores);
    assert_int_equal(media_day_wait(&tx, alice, 3, &wait), RC_OK);
    assert_int_equal(wait, 0);
    assert_int_equal(media_day_wait(&tx, alice, 2, &wait), RC_OK);
    assert_int_equal(wait, DAY - HOUR);
    assert_int_equal(media_day_count(&tx, alice, 10, &count), RC_OK);
    assert_int_equal(count, 2);
    env_simulated_advance(&stores->env, DAY - HOUR);
    assert_int_equal(media_day_wait(&tx, alice, 2, &wait), RC_OK);
    assert_int_equal(wait, 0);
}

struct barring {
    const struct media *media;
    bool all, barred;
    int64_t count;
};

static enum rc bar(struct tx *tx, void *arg)
{
    struct barring *barring = arg;
    return media_bar(tx, barring->media->owner_nid, barring->all ? STR_NONE : barring->media->id, barring->barred,
                     &barring->count);
}

static void is_barred(struct stores *stores, const struct media *media, bool barred)
{
    struct tx tx = stores_read(stores);
    struct media found;
    assert_int_equal(media_get(&tx, media->id, &found), RC_OK);
    assert_int_equal(found.barred, barred);
}

static void what_is_barred_is_so_under_all_its_ids_and_cannot_be_sent_again(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice")), bob = stores_user(stores, S("bob"));
    struct media first = an_upload(alice, "first", "cat"), again = an_upload(alice, "again", "cat"),
                 other = an_upload(alice, "other", "dog"), of_bob = an_upload(bob, "of bob", "cat"), more = again;
    struct media *all[] = {&first, &again, &other, &of_bob};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(stores_write(stores, add_media, all[i]), RC_OK);
    struct barring one = {.media = &again, .barred = true};
    assert_int_equal(stores_write(stores, bar, &one), RC_OK);
    assert_int_equal(one.count, 2);
    is_barred(stores, &first, true);
    is_barred(stores, &other, false);
    is_barred(stores, &of_bob, false);
    assert_int_equal(stores_write(stores, add_media, &more), RC_FORBIDDEN);
    struct barring every = {.media = &first, .all = true, .barred = true};
    assert_int_equal(stores_write(stores, bar, &every), RC_OK);
    assert_int_equal(every.count, 1);
    is_barred(stores, &other, true);
    every.barred = false;
    assert_int_equal(stores_write(stores, bar, &every), RC_OK);
    assert_int_equal(every.count, 3);
    is_barred(stores, &first, false);
    assert_int_equal(stores_write(stores, add_media, &more), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(account_data_is_replaced_and_told_in_order_of_change),
        STORES_TEST(account_data_beyond_its_limit_is_refused),
        STORES_TEST(the_ignored_are_known_by_id),
        STORES_TEST(receipts_only_move_forward_and_private_ones_stay_private),
        STORES_TEST(an_alias_leads_to_one_room_and_outlives_its_maker_unreadable),
        STORES_TEST(the_same_filter_has_the_same_id),
        STORES_TEST(an_upload_is_lost_with_its_owners_key),
        STORES_TEST(the_same_bytes_of_one_person_share_a_file_and_count_once),
        STORES_TEST(what_is_announced_counts_when_it_is_filled),
        STORES_TEST(uploads_within_a_day_are_counted_and_waited_for),
        STORES_TEST(what_is_barred_is_so_under_all_its_ids_and_cannot_be_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
