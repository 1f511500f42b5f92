/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "waker/bell.h"

#include "base/container.h"
#include "base/log.h"
#include "outgoing/backoff.h"
#include "store/users.h"
#include "waker/gateway.h"
#include "waker/said.h"
#include "waker/waker_private.h"
#include "waker/web.h"

#include <stdlib.h>

enum { ANSWER_LIMIT = 64 * 1024, MANY_FAILURES = 30 };

/* ---- resting ---- */

static void on_rested(struct loop *loop, struct loop_timer *timer)
{
    struct bell *bell = CONTAINER_OF(timer, struct bell, rest);
    (void)loop;
    bell->state = BELL_IDLE;
    waker_look(bell->waker, bell);
}

static void rest(struct bell *bell, int64_t at_least_ms)
{
    const struct waker_parts *parts = waker_parts_of(bell->waker);
    const struct backoff pauses = {parts->config->push.first_pause, parts->config->push.longest_pause};
    int64_t pause = backoff_ms(store_env(parts->store), &pauses, bell->failures);
    bell->failures += bell->failures < MANY_FAILURES;
    bell->state = BELL_RESTING;
    bell->rest.fire = on_rested;
    loop_timer_set(waker_loop(bell->waker), &bell->rest, pause > at_least_ms ? pause : at_least_ms);
}

/* ---- what was answered ---- */

enum outcome { TAKEN, GONE, NEVER, LATER };

/* Of a push service RFC 8030, 7.3: the subscription is over. Anything else that is the request's own fault will not be
 * taken a second time either. */
static enum outcome outcome_of(const struct bell *bell)
{
    const struct outgoing_answer *answer = &bell->answer;
    if (bell->rejected)
        return GONE;
    if (answer->outcome == OUTGOING_REFUSED)
        return NEVER;
    if (answer->outcome != OUTGOING_ANSWERED)
        return LATER;
    if (answer->status / 100 == 2)
        return TAKEN;
    if (bell->kind == PUSHER_WEB && (answer->status == 404 || answer->status == 410))
        return GONE;
    bool later = answer->status == 408 || answer->status == 425 || answer->status == 429;
    return answer->status / 100 == 4 && !later ? NEVER : LATER;
}

static void on_answered(struct loop *loop, struct loop_task *task)
{
    struct bell *bell = CONTAINER_OF(task, struct bell, back);
    enum outcome outcome = outcome_of(bell);
    (void)loop;
    waker_end_turn(bell->waker);
    bell->state = BELL_IDLE;
    if (outcome != LATER)
        bell->told_pos = bell->ringing_pos;
    if (outcome == TAKEN)
        bell->failures = 0;
    else if (outcome != GONE)
        rest(bell, bell->answer.retry_after_ms);
    bell->gone = outcome == GONE;
    if (outcome != LATER)
        waker_note_told(bell->waker, bell);
    waker_look(bell->waker, bell);
}

static void answered(void *ctx, const struct outgoing_answer *answer)
{
    struct bell *bell = ctx;
    bell->answer = (struct outgoing_answer){
        .outcome = answer->outcome, .status = answer->status, .retry_after_ms = answer->retry_after_ms};
    bell->rejected = bell->kind == PUSHER_HTTP && answer->outcome == OUTGOING_ANSWERED && answer->status == 200
                     && gateway_rejects(answer->body, str_from(bell->pushkey, bell->pushkey_len));
    bell->back.run = on_answered;
    loop_post(waker_loop(bell->waker), &bell->back);
}

/* ---- ringing ---- */

static enum rc make_request(struct tx *tx, const struct waker_parts *parts, const struct pusher *pusher,
                            const struct said *said, struct outgoing_request *request)
{
    if (pusher->kind == PUSHER_WEB)
        return web_request(tx->env, tx->arena, parts->vapid, pusher, said, request);
    yyjson_val *data;
    TRY(json_parse_object(tx->arena, pusher->data, false, &data, NULL));
    TRY(json_get_str(data, "url", &request->url, NULL));
    request->content_type = S("application/json");
    return gateway_body(tx->arena, pusher, said, &request->body);
}

/* Plain http is for where the operator vouches for the way; that may have changed since the pusher was set. */
static struct outgoing_client *client_for(const struct waker_parts *parts, str url)
{
    if (config_origin_of(&parts->config->push.gateways, url).len)
        return parts->vouched;
    return str_starts(url, S("https://")) ? parts->anywhere : NULL;
}

static void ring(struct bell *bell, struct tx *tx, const struct pusher *pusher, const struct said *said, int64_t pos)
{
    static const struct outgoing_answer refused = {.outcome = OUTGOING_REFUSED};
    const struct waker_parts *parts = waker_parts_of(bell->waker);
    struct outgoing_request request = {
        .method = OUTGOING_POST,
        .timeout_ms = parts->config->push.timeout,
        .answer_limit = ANSWER_LIMIT,
        .done = answered,
        .ctx = bell,
    };
    bell->state = BELL_RINGING;
    bell->ringing_pos = pos;
    bell->kind = pusher->kind;
    bell->pushkey_len = pusher->pushkey.len;
    memcpy(bell->pushkey, pusher->pushkey.ptr, pusher->pushkey.len);
    enum rc rc = make_request(tx, parts, pusher, said, &request);
    struct outgoing_client *client = rc == RC_OK ? client_for(parts, request.url) : NULL;
    if (client)
        outgoing_send(client, &request);
    else
        answered(bell, &refused);
}

/* ---- choosing ---- */

static bool is_too_old(const struct bell *bell, const struct push_due *due)
{
    const struct waker_parts *parts = waker_parts_of(bell->waker);
    return env_now_ms(store_env(parts->store)) - due->added_ms > parts->config->push.give_up;
}

/* A count alone is not said when a later notice says it anyway; and never to a browser, which wants something shown to
 * the person for each message it takes. */
static bool is_surplus(const struct pusher *pusher, const struct push_due *due, bool last)
{
    return due->flags & PUSH_COUNTS && (!last || pusher->kind == PUSHER_WEB);
}

/* The first that is worth saying; the others before it are passed over. */
static enum rc choose(struct bell *bell, struct tx *tx, const struct pusher *pusher, const struct push_due *due,
                      size_t count, struct said *ret_said, const struct push_due **ret_due)
{
    *ret_due = NULL;
    for (size_t i = 0; i < count && !*ret_due; i++) {
        bool worth = !is_too_old(bell, &due[i]) && !is_surplus(pusher, &due[i], i + 1 == count);
        if (worth)
            TRY(said_make(tx, waker_badges(bell->waker), &due[i], ret_said, &worth));
        if (worth)
            *ret_due = &due[i];
        else
            bell->told_pos = due[i].pos;
    }
    return RC_OK;
}

static bool is_able(const struct user *user)
{
    return !(user->flags & (USER_DEACTIVATED | USER_LOCKED | USER_ERASED));
}

static enum rc look_with(struct bell *bell, struct tx *tx)
{
    const struct user *user;
    const struct push_due *due;
    struct push_due *waiting;
    struct pusher pusher;
    struct said said;
    size_t count;
    TRY(users_get(tx, bell->user_nid, &user));
    TRY(pushers_get_live(tx, bell->user_nid, bell->pusher_nid, &pusher));
    if (bell->told_pos < pusher.sent_pos)
        bell->told_pos = bell->written_pos = pusher.sent_pos;
    TRY(push_queue_list(tx, bell->user_nid, bell->told_pos, &waiting, &count));
    if (!count || !is_able(user))
        return RC_OK;
    TRY(choose(bell, tx, &pusher, waiting, count, &said, &due));
    if (due && waker_take_turn(bell->waker, bell))
        ring(bell, tx, &pusher, &said, due->pos);
    else if (due)
        bell->state = BELL_QUEUED;
    if (bell->told_pos > bell->written_pos)
        waker_note_told(bell->waker, bell);
    return RC_OK;
}

bool bell_look(struct bell *bell)
{
    const struct waker_parts *parts = waker_parts_of(bell->waker);
    struct arena arena = ARENA_INIT;
    struct tx tx;
    if (bell->state != BELL_IDLE || bell->gone)
        return bell->state != BELL_IDLE;
    store_read(parts->store, parts->reader, &waker_act, &arena, &tx);
    enum rc rc = look_with(bell, &tx);
    arena_fini(&arena);
    if (rc != RC_OK && rc != RC_NOT_FOUND) {
        log_event(LOG_ERROR, "what is due to a pusher could not be read", LOG_TEXT("rc", rc_name(rc)));
        rest(bell, 0);
    }
    return bell->state != BELL_IDLE;
}

/* ---- life ---- */

struct bell *bell_new(struct waker *waker, uint64_t user_nid, uint64_t pusher_nid)
{
    struct bell *bell = xcalloc(1, sizeof *bell);
    bell->waker = waker;
    bell->user_nid = user_nid;
    bell->pusher_nid = pusher_nid;
    return bell;
}

void bell_free(struct bell **bell)
{
    if (!*bell)
        return;
    loop_timer_cancel(waker_loop((*bell)->waker), &(*bell)->rest);
    free(*bell);
    *bell = NULL;
}
