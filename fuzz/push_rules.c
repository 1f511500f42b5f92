/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Stored push rules from anywhere, judged against content from anywhere; what is shown reads back the same. */
#include "crypto/crypto.h"
#include "push/rules.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Judged for many at once, a user hears the same. */
static void check_shortlist(const struct push_rules *rules, const struct push_event *push)
{
    const str user_id = S("@b:x");
    struct push_shortlist list;
    str *named;
    size_t count = 0;
    struct push_verdict alone = push_rules_judge(rules, push, user_id);
    push_rules_shortlist(rules, push, &list);
    struct push_verdict together = push_shortlist_judge(&list, user_id);
    if (alone.notify != together.notify || !str_eq(alone.actions, together.actions))
        abort();
    bool asked = !push_shortlist_named(&list, &named, &count);
    for (size_t i = 0; i < count && !asked; i++)
        asked = str_eq(named[i], user_id);
    if (!asked && !str_eq(alone.actions, list.otherwise.actions))
        abort();
}

static void judge(const struct push_rules *rules, str content)
{
    const struct room_version *version = room_version_find(S("11"));
    struct event_draft draft = {
        .room_id = S("!r:x"), .type = S("m.room.message"), .sender = S("@a:x"), .content = content};
    struct arena arena = ARENA_INIT;
    const struct room_state *state = room_state_new(version);
    struct push_event push;
    struct event *event;
    if (event_build(version, &draft, &event, NULL) == RC_OK) {
        if (push_event_init(event, state, &arena, &push) != RC_OK)
            abort();
        check_shortlist(rules, &push);
        const struct event *gone = event;
        event_unref(&gone);
    }
    room_state_unref(&state);
    arena_fini(&arena);
}

static void check_round_trip(const struct push_rules *rules)
{
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct push_rules *again;
    push_rules_add_content(&first, rules, S("@b:x"));
    if (push_rules_new(strbuf_str(&first), &again, NULL) != RC_OK)
        abort();
    push_rules_add_content(&second, again, S("@b:x"));
    if (!str_eq(strbuf_str(&first), strbuf_str(&second)))
        abort();
    push_rules_free(&again);
    strbuf_fini(&first);
    strbuf_fini(&second);
}

/* The first line is the rules, the rest the content. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str stored, content = str_split(str_from(data, size), '\n', &stored);
    struct push_rules *rules;
    if (crypto_init() != RC_OK || push_rules_new(stored, &rules, NULL) != RC_OK)
        return 0;
    check_round_trip(rules);
    judge(rules, content);
    push_rules_free(&rules);
    return 0;
}
