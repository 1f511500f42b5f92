/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "room/lifetime.h"
#include "support/room.h"

static int64_t asked(const char *type, const char *key, const char *content)
{
    const struct room_state *state = room_state_new(room_version_find(S("12")));
    state_add(&state, make_event(room_version_find(S("12")), NULL, ALICE, type, key, content));
    int64_t lifetime = lifetime_asked(state);
    room_state_unref(&state);
    return lifetime;
}

static void a_room_asks_with_its_state(void **unused)
{
    (void)unused;
    static const struct {
        const char *content;
        int64_t lifetime;
    } cases[] = {
        {"{\"max_lifetime\":60000}", 60000},
        {"{\"max_lifetime\":60000,\"min_lifetime\":1000}", 60000},
        {"{\"max_lifetime\":60000,\"min_lifetime\":90000}", 90000},
        {"{\"max_lifetime\":60000,\"min_lifetime\":null}", 60000},
        {"{\"max_lifetime\":9007199254740991}", 9007199254740991},
        {"{}", LIFETIME_FOREVER},
        {"{\"max_lifetime\":null}", LIFETIME_FOREVER},
        {"{\"min_lifetime\":90000}", LIFETIME_FOREVER},
        {"{\"max_lifetime\":0}", LIFETIME_UNSET},
        {"{\"max_lifetime\":-5}", LIFETIME_UNSET},
        {"{\"max_lifetime\":\"60000\"}", LIFETIME_UNSET},
        {"{\"max_lifetime\":true}", LIFETIME_UNSET},
        {"{\"max_lifetime\":60000,\"min_lifetime\":\"1\"}", LIFETIME_UNSET},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(asked("m.room.retention", "", cases[i].content), cases[i].lifetime);
        assert_int_equal(asked("org.matrix.msc1763.retention", "", cases[i].content), cases[i].lifetime);
    }
    assert_int_equal(asked("m.room.retention", "x", "{\"max_lifetime\":60000}"), LIFETIME_UNSET);
    assert_int_equal(asked("m.room.name", "", "{\"max_lifetime\":60000}"), LIFETIME_UNSET);
}

static void the_operators_bounds_are_kept(void **unused)
{
    (void)unused;
    static const struct {
        struct lifetime_bounds bounds;
        int64_t asked, holds;
    } cases[] = {
        {{0, 0, 0}, LIFETIME_UNSET, LIFETIME_FOREVER},
        {{0, 0, 0}, 5, 5},
        {{7, 0, 0}, LIFETIME_UNSET, 7},
        {{7, 0, 0}, LIFETIME_FOREVER, LIFETIME_FOREVER},
        {{7, 0, 0}, 900, 900},
        {{0, 10, 0}, 5, 10},
        {{0, 10, 0}, LIFETIME_UNSET, LIFETIME_FOREVER},
        {{0, 0, 10}, 50, 10},
        {{0, 0, 10}, LIFETIME_UNSET, 10},
        {{0, 0, 10}, LIFETIME_FOREVER, 10},
        {{50, 0, 10}, LIFETIME_UNSET, 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(lifetime_within(&cases[i].bounds, cases[i].asked), cases[i].holds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_room_asks_with_its_state),
                                       cmocka_unit_test(the_operators_bounds_are_kept)};
    return cmocka_run_group_tests(tests, room_set_up, NULL);
}
