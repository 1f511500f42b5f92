/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Obligations 1.5, 4.5: a dump of the stores reveals no name, number or word. */
#include "store/vault.h"
#include "support/chat.h"
#include "support/plain.h"

#define SENDER S("@canaryname:example.org")

static const char *const canaries[] = {
    "canaryname",     "CanaryDisplay", "canarytopic",    "canaryroomname", "canarymessage", "canarytxn",
    "+4915199988877", "15199988877",   "canarystatekey", "canary.type",    "canaryagent",
};

static enum rc plant(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(users_set_profile(tx, 1, S("displayname"), S("CanaryDisplay")));
    TRY(vault_set(tx, 1, "device_agent", 3, S("canaryagent"), false, false));
    return vault_set(tx, 1, "phone", 0, S("+4915199988877"), true, true);
}

static void scan(struct stores *stores)
{
    plain_assert_none(stores->folder.path, canaries, sizeof canaries / sizeof *canaries);
}

static void test_1_5_4_5_no_personal_value_stands_in_any_file(void **state)
{
    struct stores *stores = *state;
    stores_user(stores, S("canaryname"));
    uint64_t nid = chat_room(stores, 1, SENDER, S("12"));
    assert_int_equal(stores_write(stores, plant, NULL), RC_OK);
    chat_state(stores, nid, 1, SENDER, S("m.room.topic"), S(""), S("{\"topic\":\"canarytopic\"}"));
    chat_state(stores, nid, 1, SENDER, S("m.room.name"), S(""), S("{\"name\":\"canaryroomname\"}"));
    chat_state(stores, nid, 1, SENDER, S("canary.type"), S("canarystatekey"), S("{}"));
    chat_say(stores, nid, 1, SENDER, S("canarymessage"));
    struct chat_send send = {.room_nid = nid,
                             .sender_nid = 1,
                             .sender = SENDER,
                             .type = S("m.room.message"),
                             .device_nid = 5,
                             .txn_id = S("canarytxn"),
                             .content = S("{\"body\":\"canarymessage\"}")};
    assert_int_equal(stores_write(stores, chat_send_run, &send), RC_OK);
    scan(stores); /* the logs */
    stores_restart(stores);
    scan(stores); /* the databases */
}

int main(void)
{
    const struct CMUnitTest tests[] = {STORES_TEST(test_1_5_4_5_no_personal_value_stands_in_any_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
