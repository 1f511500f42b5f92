/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/room_keys.h"
#include "store/seal.h"
#include "support/stores.h"

/* ---- steps ---- */

static enum rc add_run(struct tx *tx, void *arg)
{
    return room_keys_version_add(tx, arg);
}

static struct room_keys_version add(struct stores *stores, uint64_t user)
{
    struct room_keys_version version = {
        .user_nid = user, .algorithm = S("algorithm"), .auth_data = S("{\"public_key\":\"k\"}")};
    assert_int_equal(stores_write(stores, add_run, &version), RC_OK);
    return version;
}

struct putting {
    struct room_keys_version *version;
    struct room_key key;
    int count; /* sessions "0", "1" …; 0: the key as it is */
};

static enum rc put_run(struct tx *tx, void *arg)
{
    struct putting *putting = arg;
    if (!putting->count)
        TRY(room_keys_put(tx, putting->version, &putting->key));
    for (int i = 0; i < putting->count; i++) {
        putting->key.session_id = arena_printf(tx->arena, "%d", i);
        TRY(room_keys_put(tx, putting->version, &putting->key));
    }
    return room_keys_version_save(tx, putting->version);
}

static enum rc put(struct stores *stores, struct room_keys_version *version, str room, str session, str text, int count)
{
    struct putting putting = {version, {.room_id = room, .session_id = session, .text = text}, count};
    return stores_write(stores, put_run, &putting);
}

static enum rc delete_run(struct tx *tx, void *arg)
{
    const struct room_keys_version *version = arg;
    return room_keys_version_delete(tx, version->user_nid, version->version);
}

struct swept {
    uint64_t user;
    bool more;
};

static enum rc sweep_run(struct tx *tx, void *arg)
{
    struct swept *swept = arg;
    return room_keys_sweep(tx, swept->user, &swept->more);
}

static int64_t rows(struct stores *stores, const char *sql)
{
    struct tx tx = stores_read(stores);
    struct db_query q;
    assert_int_equal(db_query(tx.chat, &q, sql, NULL), RC_OK);
    int64_t count = db_next(&q) ? db_column_i64(&q, 0) : -1;
    assert_int_equal(db_done(&q, NULL), RC_OK);
    return count;
}

#define KEY_ROWS "SELECT count(*) FROM room_key"
#define VERSION_ROWS "SELECT count(*) FROM room_keys_version"

/* ---- versions ---- */

static void a_version_comes_back_as_it_was(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    struct room_keys_version version = add(stores, alice), found;
    stores_restart(stores);
    struct tx tx = stores_read(stores);
    assert_int_equal(room_keys_version_get(&tx, alice, version.version, &found), RC_OK);
    assert_true(str_eq(found.algorithm, S("algorithm")) && str_eq(found.auth_data, S("{\"public_key\":\"k\"}")));
    assert_int_equal(found.count, 0);
    assert_int_equal(room_keys_version_current(&tx, alice, &found), RC_OK);
    assert_int_equal(found.version, version.version);
}

static void a_number_is_never_given_out_twice(void **state)
{
    struct stores *stores = *state;
    uint64_t alice = stores_user(stores, S("alice"));
    for (int64_t expected = 1; expected < 5; expected++) {
        struct room_keys_version version = add(stores, alice);
        assert_int_equal(version.version, expected);
        assert_int_equal(stores_write(stores, delete_run, &version), RC_OK);
    }
    assert_int_equal(rows(stores, VERSION_ROWS), 1);
    struct room_keys_version first = {.user_nid = alice, .version = 1}, never = {.user_nid = alice, .version = 5};
    assert_int_equal(stores_write(stores, delete_run, &first), RC_OK);
    assert_int_equal(stores_write(stores, delete_run, &never), RC_NOT_FOUND);
}

static void an_account_has_so_many_versions(void **state)
{
    struct stores *stores = *state;
    struct room_keys_version version = {.user_nid = stores_user(stores, S("alice"))};
    for (int i = 0; i < ROOM_KEYS_VERSIONS; i++)
        version = add(stores, version.user_nid);
    assert_int_equal(stores_write(stores, add_run, &version), RC_LIMITED);
    version.version = 3;
    assert_int_equal(stores_write(stores, delete_run, &version), RC_OK);
    assert_int_equal(stores_write(stores, add_run, &version), RC_OK);
}

/* ---- sessions ---- */

/* All of a choice, page by page; no page is empty, too large, or says there is more when there is not. */
static size_t read_all(struct stores *stores, const struct room_keys_choice *choice, struct room_key *ret_keys,
                       size_t max, int *ret_pages)
{
    struct tx tx = stores_read(stores);
    struct room_keys_page page = {.next = STR_NONE};
    size_t count = 0;
    *ret_pages = 0;
    do {
        assert_int_equal(room_keys_read(&tx, choice, page.next, &page), RC_OK);
        assert_true(page.count <= ROOM_KEYS_PAGE && (page.count || !*ret_pages));
        for (size_t i = 0; i < page.count; i++) {
            assert_true(count < max);
            ret_keys[count++] = page.keys[i];
        }
        ++*ret_pages;
    } while (page.next.len);
    return count;
}

static void sessions_come_back_by_room(void **state)
{
    struct stores *stores = *state;
    struct room_keys_version version = add(stores, stores_user(stores, S("alice")));
    assert_int_equal(put(stores, &version, S("!a"), S("1"), S("{\"n\":1}"), 0), RC_OK);
    assert_int_equal(put(stores, &version, S("!b"), S("1"), S("{\"n\":2}"), 0), RC_OK);
    assert_int_equal(put(stores, &version, S("!a"), S("2"), S("{\"n\":3}"), 0), RC_OK);
    struct room_keys_choice choice = {version.user_nid, version.version, STR_NONE};
    struct room_key keys[3], one;
    int pages;
    assert_int_equal(read_all(stores, &choice, keys, 3, &pages), 3);
    assert_true(str_eq(keys[1].room_id, keys[0].room_id) || str_eq(keys[1].room_id, keys[2].room_id));
    choice.room_id = S("!a");
    assert_int_equal(read_all(stores, &choice, keys, 3, &pages), 2);
    assert_true(str_eq(keys[0].room_id, S("!a")) && str_eq(keys[1].room_id, S("!a")));
    choice.room_id = S("!none");
    assert_int_equal(read_all(stores, &choice, keys, 3, &pages), 0);
    struct tx tx = stores_read(stores);
    assert_int_equal(room_keys_get(&tx, &version, S("!b"), S("1"), &one), RC_OK);
    assert_true(str_eq(one.text, S("{\"n\":2}")) && str_eq(one.session_id, S("1")));
    assert_int_equal(room_keys_get(&tx, &version, S("!b"), S("2"), &one), RC_NOT_FOUND);
}

static void a_choice_comes_in_pages_and_nothing_but_it(void **state)
{
    enum { FEW = 7, EXACT = ROOM_KEYS_PAGE, MANY = 2 * ROOM_KEYS_PAGE + 1, ALL = FEW + EXACT + MANY };
    static const struct {
        str room;
        int count, pages;
    } rooms[] = {{STR_INIT("!few"), FEW, 1}, {STR_INIT("!exact"), EXACT, 1}, {STR_INIT("!many"), MANY, 3}};
    struct stores *stores = *state;
    struct room_keys_version older = add(stores, stores_user(stores, S("alice"))),
                             version = add(stores, older.user_nid), newer = add(stores, older.user_nid);
    static struct room_key keys[ALL + 2];
    int pages;
    assert_int_equal(put(stores, &older, S("!few"), S("old"), S("{}"), 0), RC_OK);
    assert_int_equal(put(stores, &newer, S("!few"), S("new"), S("{}"), 0), RC_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(put(stores, &version, rooms[i].room, STR_NONE, S("{}"), rooms[i].count), RC_OK);
    struct room_keys_choice choice = {version.user_nid, version.version, STR_NONE};
    for (size_t i = 0; i < 3; i++) {
        choice.room_id = rooms[i].room;
        assert_int_equal(read_all(stores, &choice, keys, ALL, &pages), rooms[i].count);
        assert_int_equal(pages, rooms[i].pages);
        for (int j = 0; j < rooms[i].count; j++)
            assert_true(str_eq(keys[j].room_id, rooms[i].room) && keys[j].version == version.version);
    }
    choice.room_id = STR_NONE;
    assert_int_equal(read_all(stores, &choice, keys, ALL, &pages), ALL);
    int begun = 0;
    for (int i = 0; i < ALL; i++)
        begun += i == 0 || !str_eq(keys[i].room_id, keys[i - 1].room_id);
    assert_int_equal(begun, 3);
    choice.version = 0;
    assert_int_equal(read_all(stores, &choice, keys, ALL + 2, &pages), ALL + 2);
    assert_int_equal(stores_write(stores, delete_run, &version), RC_OK);
    assert_int_equal(read_all(stores, &choice, keys, 2, &pages), 2);
    choice.version = version.version;
    assert_int_equal(read_all(stores, &choice, keys, 0, &pages), 0);
}

static void large_sessions_make_small_pages(void **state)
{
    enum { COUNT = 150, LARGE = ROOM_KEYS_SESSION_MAX };
    struct stores *stores = *state;
    struct room_keys_version version = add(stores, stores_user(stores, S("alice")));
    static char text[LARGE];
    static struct room_key keys[COUNT];
    int pages;
    memset(text, 'x', LARGE);
    assert_int_equal(put(stores, &version, S("!a"), STR_NONE, str_from(text, LARGE), COUNT), RC_OK);
    const struct room_keys_choice choice = {version.user_nid, version.version, STR_NONE};
    assert_int_equal(read_all(stores, &choice, keys, COUNT, &pages), COUNT);
    assert_int_equal(pages, 1 + COUNT * LARGE / ROOM_KEYS_PAGE_BYTES);
}

static void a_version_has_so_many_sessions(void **state)
{
    struct stores *stores = *state;
    struct room_keys_version version = add(stores, stores_user(stores, S("alice")));
    assert_int_equal(put(stores, &version, S("!a"), STR_NONE, S("{}"), ROOM_KEYS_SESSIONS), RC_OK);
    assert_int_equal(version.count, ROOM_KEYS_SESSIONS);
    assert_int_equal(put(stores, &version, S("!b"), S("1"), S("{}"), 0), RC_LIMITED);
    assert_int_equal(rows(stores, KEY_ROWS), ROOM_KEYS_SESSIONS);
}

static void what_a_deleted_version_had_goes_in_turns(void **state)
{
    struct stores *stores = *state;
    struct room_keys_version old = add(stores, stores_user(stores, S("alice"))), next = add(stores, old.user_nid);
    assert_int_equal(put(stores, &old, S("!a"), STR_NONE, S("{}"), ROOM_KEYS_SWEPT + 500), RC_OK);
    assert_int_equal(put(stores, &next, S("!a"), STR_NONE, S("{}"), 10), RC_OK);
    assert_int_equal(stores_write(stores, delete_run, &old), RC_OK);
    struct swept swept = {old.user_nid, false};
    assert_int_equal(stores_write(stores, sweep_run, &swept), RC_OK);
    assert_true(swept.more);
    assert_int_equal(rows(stores, KEY_ROWS), 510);
    add(stores, old.user_nid); /* what was not swept yet is not forgotten by that */
    assert_int_equal(stores_write(stores, sweep_run, &swept), RC_OK);
    assert_false(swept.more);
    assert_int_equal(rows(stores, KEY_ROWS), 10);
}

static enum rc destroy_run(struct tx *tx, void *arg)
{
    return seal_destroy_key(tx, *(uint64_t *)arg);
}

static void test_4_3_4_5_a_backup_is_sealed_under_its_owners_key(void **state)
{
    struct stores *stores = *state;
    struct room_keys_version version = add(stores, stores_user(stores, S("alice"))), found;
    assert_int_equal(put(stores, &version, S("!a"), S("1"), S("{}"), 0), RC_OK);
    assert_int_equal(stores_write(stores, destroy_run, &version.user_nid), RC_OK);
    struct tx tx = stores_read(stores);
    struct room_keys_page page;
    const struct room_keys_choice choice = {version.user_nid, version.version, STR_NONE};
    assert_int_equal(room_keys_version_get(&tx, version.user_nid, version.version, &found), RC_NOT_FOUND);
    assert_int_equal(room_keys_read(&tx, &choice, STR_NONE, &page), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(a_version_comes_back_as_it_was),
        STORES_TEST(a_number_is_never_given_out_twice),
        STORES_TEST(an_account_has_so_many_versions),
        STORES_TEST(sessions_come_back_by_room),
        STORES_TEST(a_choice_comes_in_pages_and_nothing_but_it),
        STORES_TEST(large_sessions_make_small_pages),
        STORES_TEST(a_version_has_so_many_sessions),
        STORES_TEST(what_a_deleted_version_had_goes_in_turns),
        STORES_TEST(test_4_3_4_5_a_backup_is_sealed_under_its_owners_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
