/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A room's history from anywhere, each event judged and, if allowed, applied. Whatever happens: nobody gains power
 * by an own event, nobody's power changes by one who has less, and nobody comes in while banned.
 */
#include "crypto/crypto.h"
#include "room/auth.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { USERS = 4 };
static const str users[USERS] = {STR_INIT("@a:x"), STR_INIT("@b:x"), STR_INIT("@c:x"), STR_INIT("@d:x")};

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void apply(const struct room_state **state, struct event *event)
{
    const struct room_state *next = room_state_put(*state, event);
    const struct event *gone = event;
    room_state_unref(state);
    event_unref(&gone);
    *state = next;
}

static struct event *build(const struct room_version *version, str room_id, str sender, str type, str state_key,
                           str content)
{
    struct event_draft draft = {
        .room_id = room_id, .type = type, .sender = sender, .state_key = state_key, .content = content};
    struct event *event = NULL;
    return event_build(version, &draft, &event, NULL) == RC_OK ? event : NULL;
}

/* What the rules promise about one allowed event. The first power levels are free (rule 10.5). */
static void check_promises(const struct room_state *before, const struct room_state *after, str sender)
{
    bool had_levels = room_state_get(before, S("m.room.power_levels"), S("")) != NULL;
    int64_t power = room_state_power_of(before, sender);
    for (int i = 0; i < USERS; i++) {
        int64_t was = room_state_power_of(before, users[i]), is = room_state_power_of(after, users[i]);
        if (had_levels && was != is && !str_eq(users[i], sender))
            demand(was < power || room_state_power(before)->users_default != room_state_power(after)->users_default);
        if (had_levels)
            demand(is <= was || is <= power);
        if (room_state_membership(before, users[i]) == MEMBERSHIP_BAN)
            demand(room_state_membership(after, users[i]) == MEMBERSHIP_BAN
                   || room_state_membership(after, users[i]) == MEMBERSHIP_LEAVE);
    }
}

static void judge(const struct room_state **state, str room_id, str line)
{
    static const str types[] = {STR_INIT("m.room.member"), STR_INIT("m.room.power_levels"),
                                STR_INIT("m.room.join_rules"), STR_INIT("m.room.third_party_invite"),
                                STR_INIT("m.room.message")};
    const struct room_auth_facts facts = {line.ptr[0] & 4, S("x")};
    str sender = users[line.ptr[0] & 3], target = users[line.ptr[1] & 3];
    unsigned kind = (unsigned char)line.ptr[2] % 5;
    str key = kind == 4 ? STR_NONE : kind == 0 ? target : S("");
    struct event *event = build(room_state_version(*state), room_id, sender, types[kind], key, str_skip(line, 3));
    if (!event)
        return;
    if (room_auth_check(*state, event, &facts, NULL) != RC_OK || !event->is_state) {
        const struct event *gone = event;
        event_unref(&gone);
        return;
    }
    const struct room_state *before = room_state_ref(*state);
    apply(state, event);
    check_promises(before, *state, sender);
    room_state_unref(&before);
}

/* The first byte chooses the version; then a line an event: sender, target, type, content. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || crypto_init() != RC_OK)
        return 0;
    const struct room_version *version = room_version_at(data[0] % 3);
    str room_id = version->id_is_create_hash ? STR_NONE : S("!r:x");
    struct event *create = build(version, room_id, users[0], S("m.room.create"), S(""), S("{\"creator\":\"@a:x\"}"));
    char id[64];
    memcpy(id, create->room_id.ptr, create->room_id.len);
    room_id = str_from(id, create->room_id.len);
    const struct room_state *state = room_state_new(version);
    apply(&state, create);
    str rest = str_from(data + 1, size - 1), line;
    while (rest.ptr) {
        rest = str_split(rest, '\n', &line);
        if (line.len > 3)
            judge(&state, room_id, line);
    }
    room_state_unref(&state);
    return 0;
}
