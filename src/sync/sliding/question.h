/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What one request of simplified sliding sync asks (MSC4186 in the form clients use, "org.matrix.simplified_msc3575"):
 * lists of rooms by activity with windows into them, single rooms, and for each how much of it. Views into the body.
 */
#ifndef SYNC_SLIDING_QUESTION_H
#define SYNC_SLIDING_QUESTION_H

#include "json/json.h"

enum {
    SLIDING_LISTS_MAX = 64,
    SLIDING_SUBSCRIPTIONS_MAX = 200,
    SLIDING_STATE_MAX = 100, /* patterns of one list or room */
    SLIDING_RANGES_MAX = 16,
    SLIDING_TIMELINE_MAX = 100,
    SLIDING_ITEMS_MAX = 200, /* of a filter's list */
    SLIDING_CONN_ID_MAX = 64,
    SLIDING_TO_DEVICE_MAX = 100,
};

/* "*": any. A type of m.room.member with the key "$LAZY" is not among the patterns: config->lazy_members. */
struct state_pattern {
    str type, key;
};

/* How much of a room is told. */
struct sliding_config {
    int64_t timeline_limit;
    struct state_pattern *state;
    size_t state_count;
    bool lazy_members; /* of who speaks, and of whose membership changed */
};
/* What either would tell. NULL: nothing. */
const struct sliding_config *sliding_config_join(struct arena *arena, const struct sliding_config *a,
                                                 const struct sliding_config *b);
bool state_pattern_matches(const struct state_pattern *pattern, str type, str key);

enum tristate { EITHER = -1, NO, YES };

struct sliding_strs {
    str *items;
    size_t count;
    bool given; /* and be it empty */
    bool null;  /* null is among them: rooms without a type */
};

struct sliding_filter {
    enum tristate is_dm, is_encrypted, is_invite;
    struct sliding_strs spaces, room_types, not_room_types, tags, not_tags;
};

struct sliding_list {
    str name;
    struct sliding_config config;
    struct sliding_filter filter;
    int64_t ranges[SLIDING_RANGES_MAX][2]; /* inclusive */
    size_t range_count;
    bool all;     /* no ranges: every room that matches */
    size_t found; /* rooms that match: filled when the answer is made */
};

struct sliding_subscription {
    str room_id;
    struct sliding_config config;
};

struct sliding_extension {
    bool on;
    struct sliding_strs lists, rooms; /* not given: all */
};

/* MSC3885. The token says as that of /sync does whether the answer carried something: "m<position>" or "s<position>".
 */
struct sliding_to_device {
    bool on;
    int64_t limit;
    int64_t since; /* 0: whatever waits */
    bool carried;
};

struct sliding_question {
    str conn_id, txn_id;
    struct sliding_list *lists;
    size_t list_count;
    struct sliding_subscription *subscriptions;
    size_t subscription_count;
    struct sliding_extension account_data, receipts, typing, e2ee;
    struct sliding_to_device to_device;
};

/* user_id: what "$ME" stands for. RC_BAD_JSON or RC_INVALID with what is wrong. */
enum rc sliding_question_read(struct arena *arena, yyjson_val *body, str user_id, struct sliding_question *ret_question,
                              struct error *err) MUST_USE;

#endif
