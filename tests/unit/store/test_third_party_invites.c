/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Invites to numbers: found by the number alone, one a room, counted, lapsing. */
#include "store/third_party_invites.h"

#include "api/third_party_taken.h"
#include "store/holds.h"
#include "support/chat.h"

#define NUMBER S("msisdn:+4915112345678")
#define OTHER S("msisdn:+4915112345679")
#define DAY INT64_C(86400000)

static struct stores *started(void **state)
{
    return *state;
}

/* ---- one write each ---- */

struct add {
    str contact;
    struct third_party_invite invite;
    char token[64];
};

static enum rc add_run(struct tx *tx, void *arg)
{
    struct add *add = arg;
    enum rc rc = third_party_invites_add(tx, add->contact, &add->invite);
    if (rc == RC_OK || rc == RC_EXISTS)
        snprintf(add->token, sizeof add->token, "%.*s", STR_ARG(add->invite.token));
    return rc;
}

static enum rc added(struct stores *stores, uint64_t inviter, uint64_t room, str contact, struct add *ret_add)
{
    *ret_add = (struct add){.contact = contact, .invite = {.inviter_nid = inviter, .room_nid = room}};
    return stores_write(stores, add_run, ret_add);
}

static enum rc decline_run(struct tx *tx, void *arg)
{
    return third_party_invites_decline(tx, str_of(arg));
}

struct row_at {
    uint64_t room;
    const char *token;
};

static enum rc move_run(struct tx *tx, void *arg)
{
    const struct row_at *at = arg;
    return third_party_invites_move(tx, str_of(at->token), at->room);
}

static enum rc remove_run(struct tx *tx, void *arg)
{
    const struct row_at *at = arg;
    return third_party_invites_remove(tx, at->room, str_of(at->token));
}

static size_t count_of(struct stores *stores, str contact)
{
    struct tx tx = stores_read(stores);
    struct third_party_invite *invites;
    size_t count;
    assert_int_equal(third_party_invites_of_contact(&tx, contact, &invites, &count), RC_OK);
    return count;
}

/* ---- rows ---- */

static void an_invite_is_found_by_its_number_and_no_other(void **state)
{
    struct stores *stores = started(state);
    struct add add;
    struct third_party_invite found;
    assert_int_equal(added(stores, 7, 1, NUMBER, &add), RC_OK);
    assert_int_equal(count_of(stores, NUMBER), 1);
    assert_int_equal(count_of(stores, OTHER), 0);
    struct tx tx = stores_read(stores);
    assert_int_equal(third_party_invites_find(&tx, NUMBER, str_of(add.token), &found), RC_OK);
    assert_int_equal(found.inviter_nid, 7);
    assert_int_equal(found.room_nid, 1);
    assert_int_equal(third_party_invites_find(&tx, OTHER, str_of(add.token), &found), RC_NOT_FOUND);
    stores_restart(stores);
    assert_int_equal(count_of(stores, NUMBER), 1);
}

static void a_room_invites_a_number_once(void **state)
{
    struct stores *stores = started(state);
    struct add first, again, elsewhere;
    assert_int_equal(added(stores, 7, 1, NUMBER, &first), RC_OK);
    assert_int_equal(added(stores, 8, 1, NUMBER, &again), RC_EXISTS);
    assert_string_equal(again.token, first.token);
    assert_int_equal(again.invite.inviter_nid, 7);
    assert_int_equal(added(stores, 8, 2, NUMBER, &elsewhere), RC_OK);
    assert_int_equal(count_of(stores, NUMBER), 2);
    assert_int_equal(stores_write(stores, move_run, &(struct row_at){1, elsewhere.token}), RC_EXISTS);
    assert_int_equal(stores_write(stores, move_run, &(struct row_at){3, elsewhere.token}), RC_OK);
}

static void a_room_holds_so_many(void **state)
{
    struct stores *stores = started(state);
    struct add add;
    char contact[32];
    for (int i = 0; i < THIRD_PARTY_INVITES_PER_ROOM; i++) {
        snprintf(contact, sizeof contact, "msisdn:+%d", i);
        assert_int_equal(added(stores, 7, 1, str_of(contact), &add), RC_OK);
    }
    assert_int_equal(added(stores, 7, 1, NUMBER, &add), RC_TOO_LARGE);
    assert_int_equal(added(stores, 7, 2, NUMBER, &add), RC_OK);
}

static void what_was_declined_is_not_shown_and_not_made_again(void **state)
{
    struct stores *stores = started(state);
    struct add add;
    struct third_party_invite found;
    assert_int_equal(added(stores, 7, 1, NUMBER, &add), RC_OK);
    assert_int_equal(stores_write(stores, decline_run, add.token), RC_OK);
    assert_int_equal(count_of(stores, NUMBER), 0);
    struct tx tx = stores_read(stores);
    assert_int_equal(third_party_invites_find(&tx, NUMBER, str_of(add.token), &found), RC_NOT_FOUND);
    assert_int_equal(added(stores, 7, 1, NUMBER, &add), RC_EXISTS);
}

static void only_its_own_room_removes_one(void **state)
{
    struct stores *stores = started(state);
    struct add add;
    assert_int_equal(added(stores, 7, 1, NUMBER, &add), RC_OK);
    assert_int_equal(stores_write(stores, remove_run, &(struct row_at){2, add.token}), RC_OK);
    assert_int_equal(count_of(stores, NUMBER), 1);
    assert_int_equal(stores_write(stores, remove_run, &(struct row_at){1, add.token}), RC_OK);
    assert_int_equal(count_of(stores, NUMBER), 0);
}

/* ---- limits ---- */

static const struct third_party_limits limits = {.enabled = true, .per_inviter = 2, .per_contact = 2};

struct count {
    uint64_t inviter, room;
    str contact;
    int64_t retry_ms;
    bool may;
};

static enum rc count_run(struct tx *tx, void *arg)
{
    struct count *count = arg;
    return third_party_invites_count(tx, &limits, count->inviter, &count->retry_ms);
}

static enum rc message_run(struct tx *tx, void *arg)
{
    struct count *count = arg;
    return third_party_invites_count_message(tx, &limits, count->contact, count->room, &count->may);
}

static bool may_tell(struct stores *stores, uint64_t room, str contact)
{
    struct count count = {.room = room, .contact = contact};
    assert_int_equal(stores_write(stores, message_run, &count), RC_OK);
    return count.may;
}

static void an_inviter_waits_until_the_first_invite_is_a_day_old(void **state)
{
    struct stores *stores = started(state);
    struct count count = {.inviter = 7}, other = {.inviter = 8};
    assert_int_equal(stores_write(stores, count_run, &count), RC_OK);
    env_simulated_advance(&stores->env, DAY / 4);
    assert_int_equal(stores_write(stores, count_run, &count), RC_OK);
    assert_int_equal(stores_write(stores, count_run, &count), RC_LIMITED);
    assert_int_equal(count.retry_ms, DAY - DAY / 4);
    assert_int_equal(stores_write(stores, count_run, &other), RC_OK);
    env_simulated_advance(&stores->env, count.retry_ms);
    assert_int_equal(stores_write(stores, count_run, &count), RC_OK);
    assert_int_equal(stores_write(stores, count_run, &count), RC_LIMITED);
}

static void a_number_is_told_of_a_room_once_and_so_often_a_day(void **state)
{
    struct stores *stores = started(state);
    assert_true(may_tell(stores, 1, NUMBER));
    assert_false(may_tell(stores, 1, NUMBER));
    assert_true(may_tell(stores, 2, NUMBER));
    assert_false(may_tell(stores, 3, NUMBER));
    assert_true(may_tell(stores, 3, OTHER));
    env_simulated_advance(&stores->env, DAY + 1);
    assert_false(may_tell(stores, 1, NUMBER));
    assert_true(may_tell(stores, 3, NUMBER));
    env_simulated_advance(&stores->env, THIRD_PARTY_INVITE_LIFE_MS);
    assert_true(may_tell(stores, 1, NUMBER));
}

/* ---- lapsing ---- */

static enum rc lapse_run(struct tx *tx, void *arg)
{
    (void)arg;
    return third_party_invites_lapse(tx, NULL);
}

/* As the job does it, on a server that has just started. */
static void lapse(struct stores *stores)
{
    static const struct act job = ACT_SERVICE(PURPOSE_SERVICE);
    stores_restart(stores);
    assert_int_equal(store_write_wait(stores->store, &job, &stores->arena, lapse_run, NULL), RC_OK);
}

static str offer_content(struct stores *stores, uint64_t room_nid, const char *token)
{
    struct tx tx = stores_read(stores);
    return room_state_get(chat_get(&tx, room_nid)->state, S("m.room.third_party_invite"), str_of(token))->content;
}

static void offer(struct stores *stores, uint64_t alice, uint64_t room_nid, str contact, struct add *ret_add)
{
    assert_int_equal(added(stores, alice, room_nid, contact, ret_add), RC_OK);
    chat_state(stores, room_nid, alice, S("@alice:example.org"), S("m.room.third_party_invite"), str_of(ret_add->token),
               S("{\"public_key\":\"k\"}"));
}

static void after_four_weeks_an_invite_is_dropped_and_its_room_told(void **state)
{
    struct stores *stores = started(state);
    struct add old, young;
    uint64_t alice = stores_user(stores, S("alice")), room = chat_room(stores, alice, S("@alice:example.org"), S("12"));
    offer(stores, alice, room, NUMBER, &old);
    env_simulated_advance(&stores->env, THIRD_PARTY_INVITE_LIFE_MS - 1);
    offer(stores, alice, room, OTHER, &young);
    lapse(stores);
    assert_int_equal(count_of(stores, NUMBER), 1);
    env_simulated_advance(&stores->env, 1);
    assert_int_equal(count_of(stores, NUMBER), 0);
    assert_true(str_eq(offer_content(stores, room, old.token), S("{\"public_key\":\"k\"}")));
    lapse(stores);
    assert_int_equal(count_of(stores, NUMBER), 0);
    assert_int_equal(count_of(stores, OTHER), 1);
    assert_true(str_eq(offer_content(stores, room, old.token), S("{}")));
    assert_true(str_eq(offer_content(stores, room, young.token), S("{\"public_key\":\"k\"}")));
}

static enum rc hold_run(struct tx *tx, void *arg)
{
    const uint64_t *subject = arg;
    return holds_place(tx, *subject, S("a court asked"), false);
}

static void what_law_holds_does_not_lapse(void **state)
{
    struct stores *stores = started(state);
    struct add add;
    uint64_t alice = stores_user(stores, S("alice")), room = chat_room(stores, alice, S("@alice:example.org"), S("12"));
    offer(stores, alice, room, NUMBER, &add);
    assert_int_equal(stores_write(stores, hold_run, &alice), RC_OK);
    env_simulated_advance(&stores->env, THIRD_PARTY_INVITE_LIFE_MS + 1);
    lapse(stores);
    assert_int_equal(added(stores, alice, room, NUMBER, &add), RC_EXISTS);
    assert_int_equal(count_of(stores, NUMBER), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORES_TEST(an_invite_is_found_by_its_number_and_no_other),
        STORES_TEST(a_room_invites_a_number_once),
        STORES_TEST(a_room_holds_so_many),
        STORES_TEST(what_was_declined_is_not_shown_and_not_made_again),
        STORES_TEST(only_its_own_room_removes_one),
        STORES_TEST(an_inviter_waits_until_the_first_invite_is_a_day_old),
        STORES_TEST(a_number_is_told_of_a_room_once_and_so_often_a_day),
        STORES_TEST(after_four_weeks_an_invite_is_dropped_and_its_room_told),
        STORES_TEST(what_law_holds_does_not_lapse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
