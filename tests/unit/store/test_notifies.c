/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/notifies.h"

#include "crypto/crypto.h"
#include "support/cmocka.h"

static const struct {
    const char *type, *state_key, *content;
    bool notifies;
} cases[] = {
    {"m.room.message", NULL, "{\"msgtype\":\"m.text\",\"body\":\"x\"}", true},
    {"m.room.message", NULL, "{\"msgtype\":\"m.image\",\"body\":\"x\"}", true},
    {"m.room.message", NULL, "{}", true},
    {"m.room.message", NULL, "{\"msgtype\":\"m.notice\",\"body\":\"x\"}", false},
    {"m.room.message", NULL, "{\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$e\"}}", false},
    {"m.room.message", NULL, "{\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$e\"}}", true},
    {"m.room.encrypted", NULL, "{\"ciphertext\":\"x\"}", true},
    {"m.room.encrypted", NULL, "{\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$e\"}}", false},
    {"m.call.invite", NULL, "{}", true},
    {"m.reaction", NULL, "{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$e\",\"key\":\"k\"}}", false},
    {"m.room.redaction", NULL, "{\"redacts\":\"$e\"}", false},
    {"m.room.message", "", "{\"msgtype\":\"m.text\",\"body\":\"x\"}", false},
    {"m.room.topic", "", "{\"topic\":\"x\"}", false},
};

static void what_counts_as_unread_follows_the_default_rules(void **state)
{
    (void)state;
    assert_int_equal(crypto_init(), RC_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = ARENA_INIT;
        struct event_draft draft = {
            .room_id = S("!r:x"),
            .type = str_of(cases[i].type),
            .sender = S("@a:x"),
            .state_key = str_of(cases[i].state_key),
        };
        assert_int_equal(json_parse_object(&arena, str_of(cases[i].content), false, &draft.content_value, NULL), RC_OK);
        struct event *event;
        assert_int_equal(event_build(room_version_find(S("12")), &draft, &event, NULL), RC_OK);
        if (event_notifies_by_default(event, draft.content_value) != cases[i].notifies)
            fail_msg("%s %s", cases[i].type, cases[i].content);
        const struct event *done = event;
        event_unref(&done);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_as_unread_follows_the_default_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
