/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Filters (spec "Filtering"): parsed once into plain lists. A `NULL` list means "everything"; a list of no items
 * means "nothing". Lives in the arena it was parsed into, together with the JSON.
 */
#ifndef SYNC_FILTER_H
#define SYNC_FILTER_H

#include "room/event.h"
#include "json/json.h"

enum { FILTER_DEFAULT_LIMIT = 10, FILTER_MAX_LIMIT = 1000, FILTER_MAX_ITEMS = 200, FILTER_MAX_BYTES = 64 * 1024 };

struct filter_list {
    const str *items;
    size_t count;
};

/* EventFilter and RoomEventFilter in one. */
struct event_filter {
    int64_t limit;
    const struct filter_list *types, *senders, *rooms, *related_by_senders, *related_by_rel_types;
    struct filter_list not_types, not_senders, not_rooms;
    int contains_url; /* −1: does not matter; 0, 1 */
    bool lazy_load_members, include_redundant_members, unread_thread_notifications;
    bool plain; /* lets every event through: nothing needs to be looked at */
};

struct filter {
    struct event_filter presence, account_data;
    const struct filter_list *rooms;
    struct filter_list not_rooms;
    struct event_filter ephemeral, room_account_data, state, timeline;
    bool include_leave;
    bool federation_format; /* event_format "federation" */
    const struct filter_list *event_fields;
};

/* What no filter at all means. */
void filter_default(struct filter *ret_filter);
/* RC_BAD_JSON with the key that is wrong. object NULL: the default. */
enum rc filter_parse(struct arena *arena, yyjson_val *object, struct filter *ret_filter, struct error *err) MUST_USE;
/* A RoomEventFilter alone, as /messages and /context take it. */
enum rc event_filter_parse(struct arena *arena, yyjson_val *object, struct event_filter *ret_filter,
                           struct error *err) MUST_USE;

bool filter_allows_room(const struct filter *filter, str room_id);
bool event_filter_allows_room(const struct event_filter *filter, str room_id);
/* Type and sender ("" for account data) by the lists; globs ("*") in types. */
bool event_filter_allows_type(const struct event_filter *filter, str type, str sender);
/* All of it for an event of the timeline or the state, but for related_by_*, which need the store. */
bool event_filter_allows(const struct event_filter *filter, const struct event *event);

#endif
