/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/room_info.h"

#include "api/history.h"
#include "api/push_rules_stored.h"
#include "store/account_data.h"

static void add_head(struct call *call, const struct room *room, struct strbuf *out)
{
    enum membership membership = room_state_membership(room->state, call->who.user_id);
    strbuf_add(out, S("{\"room_id\":"));
    strbuf_add_json(out, room->room_id);
    if (membership != MEMBERSHIP_NONE && membership != MEMBERSHIP_KNOCK) {
        strbuf_add(out, S(",\"membership\":"));
        strbuf_add_json(out, membership_name(membership));
    }
    strbuf_add(out, room->listed ? S(",\"visibility\":\"public\"") : S(",\"visibility\":\"private\""));
}

/* Oldest first; `start` leads further back, `end` to what comes next. */
static enum rc add_messages(struct call *call, const struct room_view *view, size_t limit, struct strbuf *out)
{
    struct bundle_reader reader;
    TRY(room_view_reader(call, view, true, &reader));
    struct history_query query = {
        .view = view, .reader = &reader, .to = view->until, .backwards = true, .limit = limit};
    struct history_page page = {.next = view->until};
    if (limit)
        TRY(history_read(call, &query, &page));
    for (size_t i = 0; i < page.count / 2; i++) {
        const struct event *swap = page.events[i];
        page.events[i] = page.events[page.count - 1 - i];
        page.events[page.count - 1 - i] = swap;
    }
    strbuf_add(out, S(",\"messages\":{\"chunk\":"));
    TRY(bundle_add_events(&reader, page.events, page.count, true, out));
    strbuf_add_char(out, ',');
    history_token_add(out, "start", page.next);
    strbuf_add_char(out, ',');
    history_token_add(out, "end", view->until);
    strbuf_add_char(out, '}');
    return RC_OK;
}

static enum rc add_state(struct call *call, const struct room_view *view, struct strbuf *out)
{
    const struct room_state *state;
    TRY(room_view_state(call, view, &state));
    strbuf_add(out, S(",\"state\":["));
    history_add_state(state, false, out);
    strbuf_add_char(out, ']');
    return RC_OK;
}

static void add_item(str type, str content, bool first, struct strbuf *out)
{
    strbuf_add(out, first ? S("{\"type\":") : S(",{\"type\":"));
    strbuf_add_json(out, type);
    strbuf_add(out, S(",\"content\":"));
    strbuf_add(out, content);
    strbuf_add_char(out, '}');
}

enum rc room_info_add_account_data(struct call *call, uint64_t room_nid, struct strbuf *out)
{
    struct account_data *items;
    size_t count;
    bool has_rules = false;
    TRY(account_data_of_room(call->tx, call->who.user_nid, room_nid, &items, &count));
    strbuf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        add_item(items[i].type, items[i].content, i == 0, out);
        has_rules |= str_eq(items[i].type, S("m.push_rules"));
    }
    if (!room_nid && !has_rules) { /* who never changed one has the defaults */
        str rules;
        TRY(push_rules_stored_content(call->tx, call->who.user, &rules));
        add_item(S("m.push_rules"), rules, count == 0, out);
    }
    strbuf_add_char(out, ']');
    return RC_OK;
}

enum rc room_info_add(struct call *call, const struct room_view *view, size_t limit, struct strbuf *out)
{
    add_head(call, view->room, out);
    TRY(add_messages(call, view, limit, out));
    TRY(add_state(call, view, out));
    strbuf_add(out, S(",\"account_data\":"));
    TRY(room_info_add_account_data(call, view->room->nid, out));
    strbuf_add_char(out, '}');
    return RC_OK;
}

enum rc room_info_add_invite(struct call *call, const struct room *room, struct strbuf *out)
{
    const struct event *invite = room_state_get(room->state, S("m.room.member"), call->who.user_id);
    add_head(call, room, out);
    if (invite) {
        strbuf_add(out, S(",\"invite\":"));
        event_add_client_json(out, invite, true, STR_NONE);
    }
    strbuf_add_char(out, '}');
    return RC_OK;
}
