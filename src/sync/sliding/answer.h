/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One answer of sliding sync being made. */
#ifndef SYNC_SLIDING_ANSWER_H
#define SYNC_SLIDING_ANSWER_H

#include "base/map.h"
#include "store/events.h"
#include "sync/request.h"
#include "sync/sliding/connections.h"

/* A room of the person's, and what of it is asked for. */
struct sliding_room {
    const struct user_room *mine;
    const struct room *room;
    int64_t activity; /* position of what happened last */
    uint64_t lists;   /* bits: windows it stands in */
    bool subscribed;
    const struct sliding_config *config; /* NULL: not asked for */
    struct kept_config *kept;            /* once told in this answer: the view's */
    bool initial;                        /* told from the beginning, in this answer */
    struct event_list timeline;          /* … and what of it was shown */
};

struct sliding_answer {
    struct sync_request *request;
    struct sliding_question *question;
    const struct sliding_view *known; /* NULL: the connection begins */
    struct sliding_room *rooms;       /* newest activity first */
    size_t room_count;
    struct map direct; /* room ids of m.direct, of the arena */
    bool direct_known;
    bool empty;
};

/* Fills rooms, and each list's found. */
enum rc sliding_find_rooms(struct sliding_answer *answer) MUST_USE;
/* Is the room a direct chat of the person's (account data m.direct)? */
enum rc sliding_is_direct(struct sliding_answer *answer, str room_id, bool *ret_direct) MUST_USE;

/* "!id":{…}; *ret_empty: nothing new, then out is as before. */
enum rc sliding_add_room(struct sliding_answer *answer, struct sliding_room *room, struct strbuf *out,
                         bool *ret_empty) MUST_USE;
/* What the room's current state (or what changed of it) is by the config. */
enum rc sliding_required_state(struct sliding_answer *answer, const struct sliding_room *room, int64_t from, int64_t to,
                               bool whole, bool limited, struct event_list *ret_state) MUST_USE;
/* ,"extensions":{…} */
enum rc sliding_add_extensions(struct sliding_answer *answer, struct strbuf *out) MUST_USE;

/* The whole body but for its "pos", without the closing brace. answer->empty says whether there is anything new. */
enum rc sliding_build(struct sliding_answer *answer, struct strbuf *out) MUST_USE;
/* What the client knows once it has the answer. */
struct sliding_view *sliding_view_after(struct sliding_answer *answer);

#endif
