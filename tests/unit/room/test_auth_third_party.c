/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rule 5.4.1: an invite by a contact is signed with the key of its offer. */
#include "support/room.h"

struct third_party_case {
    const char *rule, *sender, *mxid, *token, *signature_of;
    bool banned, in_list;
    enum rc rc;
};

static const struct third_party_case third_party_cases[] = {
    {"5.4.1.7 public_key", ALICE, BOB, "t", "t", false, false, RC_OK},
    {"5.4.1.7 public_keys", ALICE, BOB, "t", "t", false, true, RC_OK},
    {"5.4.1.8 signature of something else", ALICE, BOB, "t", "u", false, false, RC_FORBIDDEN},
    {"5.4.1.6 another sender", CAROL, BOB, "t", "t", false, false, RC_FORBIDDEN},
    {"5.4.1.5 another token", ALICE, BOB, "u", "u", false, false, RC_FORBIDDEN},
    {"5.4.1.4 another user", ALICE, CAROL, "t", "t", false, false, RC_FORBIDDEN},
    {"5.4.1.1 banned", ALICE, BOB, "t", "t", true, false, RC_FORBIDDEN},
};

static void run_third_party(const struct room_version *version, const struct third_party_case *c)
{
    struct arena arena = ARENA_INIT;
    struct crypto_key seed = {{7}};
    struct crypto_signer signer;
    crypto_signer_from_seed(&seed, &signer);
    unsigned char signature[CRYPTO_SIGNATURE_SIZE];
    crypto_signer_sign(&signer, arena_printf(&arena, "{\"mxid\":\"%s\",\"token\":\"%s\"}", c->mxid, c->signature_of),
                       signature);
    str key = crypto_base64(&arena, str_from(signer.public_key, 32), false);
    str sig = crypto_base64(&arena, str_from(signature, sizeof signature), false);
    char room_id[64];
    const struct room_state *room = new_room(version, room_id);
    state_add(&room, make_event(version, room_id, ALICE, "m.room.member", ALICE, "{\"membership\":\"join\"}"));
    state_add(&room, make_event(version, room_id, CAROL, "m.room.member", CAROL, "{\"membership\":\"join\"}"));
    if (c->banned)
        state_add(&room, make_event(version, room_id, ALICE, "m.room.member", BOB, "{\"membership\":\"ban\"}"));
    str offer =
        arena_printf(&arena, c->in_list ? "{\"public_keys\":[{\"public_key\":\"%.*s\"}]}" : "{\"public_key\":\"%.*s\"}",
                     STR_ARG(key));
    state_add(&room, make_event(version, room_id, ALICE, "m.room.third_party_invite", "t", offer.ptr));
    str content = arena_printf(&arena,
                               "{\"membership\":\"invite\",\"third_party_invite\":{\"signed\":{\"mxid\":\"%s\","
                               "\"token\":\"%s\",\"signatures\":{\"id.test\":{\"ed25519:0\":\"%.*s\"}}}}}",
                               c->mxid, c->token, STR_ARG(sig));
    const struct event *invite = make_event(version, room_id, c->sender, "m.room.member", BOB, content.ptr);
    const struct room_auth_facts facts = {false, S("parley.test")};
    enum rc rc = room_auth_check(room, invite, &facts, NULL);
    if (rc != c->rc)
        fail_msg("version %.*s, rule %s: %s", STR_ARG(version->name), c->rule, rc_name(rc));
    event_unref(&invite);
    room_state_unref(&room);
    arena_fini(&arena);
}

static void third_party_invites_follow_rule_5_4_1(void **state)
{
    (void)state;
    const struct room_version *version;
    for (size_t v = 0; (version = room_version_at(v)); v++)
        for (size_t i = 0; i < sizeof third_party_cases / sizeof third_party_cases[0]; i++)
            run_third_party(version, &third_party_cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(third_party_invites_follow_rule_5_4_1),
    };
    return cmocka_run_group_tests(tests, room_set_up, NULL);
}
