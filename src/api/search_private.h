/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of POST /search share: what was asked for, and a page of what was found. */
#ifndef API_SEARCH_PRIVATE_H
#define API_SEARCH_PRIVATE_H

#include "api/history.h"
#include "base/map.h"
#include "search/query.h"

enum {
    SEARCH_MAX_ROOMS = 2000,
    SEARCH_MAX_LIMIT = 100,
    SEARCH_MAX_CONTEXT = 50,
    SEARCH_MAX_OPENED = 2000, /* events looked at for one page */
    SEARCH_MAX_HIGHLIGHTS = 50,
};

enum { GROUP_BY_ROOM = 1, GROUP_BY_SENDER = 2 };

/* Where a page begins: behind a hit, among those of a room or a sender or among all. Positions and scores do not change
 * by what is written or removed, so neither do pages. */
struct search_token {
    int64_t upto; /* as of when the first page was asked for */
    int64_t score, pos;
    char group; /* 'a', 'r', 's' */
    uint64_t group_nid;
};

struct search_asked {
    struct search_query query;
    uint32_t keys; /* 1 << enum search_key */
    struct event_filter filter;
    bool by_rank;
    bool with_context, with_profiles, with_state;
    size_t before, after, limit;
    uint32_t groups;
    bool continued; /* from: */
    struct search_token from;
    int64_t upto; /* nothing newer */
};

struct search_hit {
    const struct room_view *view;
    const struct event *event;
    int64_t score;
    uint64_t subject;
};

struct search_candidate;
struct search_found;
struct search_page {
    struct search_hit *hits;
    size_t count;
    size_t total; /* of all pages, about */
    bool more;
    bool bounded;                        /* the index was not looked through to its end: older ones may be missing */
    const struct search_candidate *rest; /* behind the last of the page, in order */
    size_t rest_count;
    struct search_candidate *last; /* the last one looked at; NULL: none */
    struct query_places highlights;
    int64_t upto;
};

/* Rooms to search in, by number: the caller's and what they left, as the filter says. In the arena. */
enum rc search_scope(struct call *call, const struct search_asked *asked, uint64_t **ret_rooms,
                     size_t *ret_count) MUST_USE;
/* PARK. Has the index asked, and goes on with what it has found in the order wanted. */
enum rc search_page_seek(struct call *call, struct search_asked *asked,
                         enum rc (*then)(struct call *call, struct search_found *found, void *asked)) MUST_USE;
/* Of what was found, a page that the caller may read. */
enum rc search_page_read(struct call *call, const struct search_asked *asked, struct search_found *found,
                         struct search_page *ret_page) MUST_USE;
/* {"search_categories":…} into call->out. */
enum rc search_page_write(struct call *call, const struct search_asked *asked, const struct search_page *page) MUST_USE;

#endif
