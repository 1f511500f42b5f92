/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A call that waits for what application services answer: each is asked at the same moment, and the call goes on when
 * the last has answered or its time is over. Nothing waits on a thread.
 */
#ifndef API_SERVICE_ROUND_H
#define API_SERVICE_ROUND_H

#include "api/call.h"
#include "courier/ask.h"

enum { SERVICE_ROUND_MOST = 64 /* questions; further ones are not asked */ };

struct service_round;

struct service_answer {
    const struct appservice *service;
    str note; /* whatever round_add() was given */
    enum outgoing_outcome outcome;
    int status; /* 0 unless answered */
    str body;   /* in the call's arena */
    int64_t took_ms;
};
/* On the call's loop, with its read tx: what run() or prepare() would do after waiting. It may start another round. */
typedef enum rc (*round_then)(struct call *call, const struct service_answer *answers, size_t count);

struct service_round *round_new(struct call *call, round_then then);
/* answered and ctx of the question are the round's to set. note must live as long as the call. */
void round_add(struct service_round *round, const struct appservice *service, const struct service_question *question,
               str note);
/* Asks; to be returned from a READ or PARK endpoint's run(), or from prepare(). Without questions then() is called at
 * once. */
enum rc round_run(struct service_round *round) MUST_USE;

static inline bool service_answer_is_good(const struct service_answer *answer)
{
    return answer->outcome == OUTGOING_ANSWERED && answer->status / 100 == 2;
}

#endif
