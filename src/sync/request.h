/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One sync answer being made: who asks, since when, through which filter. All of it is read from published snapshots
 * and committed rows up to next.pos, taken before anything else, so that nothing is told twice or left out.
 */
#ifndef SYNC_REQUEST_H
#define SYNC_REQUEST_H

#include "store/account_data.h"
#include "sync/filter.h"
#include "sync/live.h"
#include "sync/presence.h"
#include "sync/recent_receipts.h"
#include "sync/token.h"

struct sync_request {
    struct tx *tx;
    struct arena *arena;
    const struct user *user;
    uint64_t device_nid;
    const struct filter *filter;
    struct live_user *live;
    struct reckoning *reckoning;
    struct judge *judge;
    struct recent_receipts *receipts;
    struct presence *presence; /* NULL: presence is off */
    uint32_t boot;
    int64_t now_ms;
    bool initial; /* no since */
    bool full_state;
    bool state_after; /* use_state_after */
    struct sync_token since;
    int64_t newest;            /* the store's position, taken before anything was read, ->user included */
    struct live_reach noticed; /* live_reach() */
    bool patient;              /* waits for news: what was committed just now may come with the next answer */

    /* Filled by sync_build(). */
    struct sync_token next;
    bool by_notes; /* only the rooms noted are looked at; otherwise all of the user's */
    const struct live_note *notes;
    size_t note_count;
    const struct ignored_users *ignored;
    bool invites_known, invites_blocked;     /* once there is an invite to ask for */
    const struct account_data *account_data; /* changes, or everything when initial */
    size_t account_data_count;
    bool empty; /* nothing new in the answer */
};

/* Appends the whole response body. request->empty says whether it is worth sending before the timeout. */
enum rc sync_build(struct sync_request *request, struct strbuf *out) MUST_USE;

/* ---- the parts; each appends to out, which stands inside the right JSON object ---- */

/* The value of one entry of rooms.join. *ret_empty: nothing new; then out is as before. */
enum rc sync_add_joined(struct sync_request *request, const struct user_room *mine, struct strbuf *out,
                        bool *ret_empty) MUST_USE;
enum rc sync_add_left(struct sync_request *request, const struct user_room *mine, struct strbuf *out,
                      bool *ret_empty) MUST_USE;
/* Filled from what is stored: whom the person ignores, and the account data that is due. */
enum rc sync_load_ignored(struct sync_request *request) MUST_USE;
enum rc sync_load_account_data(struct sync_request *request) MUST_USE;
/* Of an invite: from somebody ignored, or to somebody who takes none (spec "Ignoring Users", "Invite permission"). */
enum rc sync_invite_is_hidden(struct sync_request *request, const struct user_room *mine, bool *ret_hidden) MUST_USE;
/* The events of "to_device", between its brackets: what waits behind since.to_device, and no more than limit of it.
 * Says in request->next how far they reach. */
enum rc sync_add_to_device(struct sync_request *request, size_t limit, struct strbuf *out) MUST_USE;
/* The events of stripped state, comma-separated. */
enum rc sync_add_stripped_events(struct sync_request *request, const struct user_room *mine,
                                 struct strbuf *out) MUST_USE;
/* rooms.invite and rooms.knock. */
enum rc sync_add_stripped(struct sync_request *request, const struct user_room *mine, struct strbuf *out) MUST_USE;
/* "presence":{…}, with a comma before it, if there is something. */
enum rc sync_add_presence(struct sync_request *request, struct strbuf *out) MUST_USE;

#endif
