/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/service_round.h"

#include "api/auth.h"
#include "api/server.h"
#include "base/container.h"

#include <stdlib.h>

/* One question of the round. The client's thread writes what follows `took_ms`, and is done with it before the last
 * answer is counted. */
struct asked {
    struct service_round *round;
    struct service_answer answer;
    struct service_question question;
    int64_t took_ms;
    str body; /* malloced */
};

/* Belongs to the loop, and outlives its call. */
struct service_round {
    struct call *call; /* NULL: its client has left */
    struct loop *loop;
    struct outgoing_client *client;
    struct env *env;
    round_then then;
    struct loop_task done;
    int64_t began_ms;
    _Atomic size_t missing;
    size_t count;
    struct arena arena; /* the round itself lives in it */
    struct asked asked[SERVICE_ROUND_MOST];
};

struct service_round *round_new(struct call *call, round_then then)
{
    struct arena arena = ARENA_INIT;
    struct service_round *round = arena_new(&arena, struct service_round);
    round->call = call;
    round->loop = call->http->loop;
    round->client = call->server->outgoing;
    round->env = call->server->env;
    round->then = then;
    round->arena = arena;
    return round;
}

static void round_free(struct service_round *round)
{
    for (size_t i = 0; i < round->count; i++)
        free((char *)round->asked[i].body.ptr);
    struct arena arena = round->arena;
    arena_fini(&arena);
}

void round_add(struct service_round *round, const struct appservice *service, const struct service_question *question,
               str note)
{
    if (round->count == SERVICE_ROUND_MOST)
        return;
    struct asked *asked = &round->asked[round->count++];
    asked->round = round;
    asked->answer = (struct service_answer){.service = service, .note = note};
    asked->question = *question;
    asked->question.path = arena_dup(&round->arena, question->path);
    asked->question.legacy = arena_dup(&round->arena, question->legacy);
    asked->question.body = arena_dup(&round->arena, question->body);
}

/* ---- the last answer has come ---- */

/* The answers move into the call's arena. */
static enum rc go_on(struct call *call, void *ctx)
{
    struct service_round *round = ctx;
    struct service_answer *answers = arena_array(call->arena, struct service_answer, round->count);
    size_t count = round->count;
    round_then then = round->then;
    for (size_t i = 0; i < count; i++) {
        answers[i] = round->asked[i].answer;
        answers[i].body = arena_dup(call->arena, round->asked[i].body);
        answers[i].took_ms = round->asked[i].took_ms;
    }
    round_free(round);
    /* Meanwhile the session may have ended. */
    if (call->who.user)
        TRY(call_authenticate(call));
    return then(call, answers, count);
}

static void on_done(struct loop *loop, struct loop_task *task)
{
    struct service_round *round = CONTAINER_OF(task, struct service_round, done);
    (void)loop;
    if (round->call)
        call_continue(round->call, go_on, round);
    else
        round_free(round);
}

static void on_gone(struct call *call, void *ctx)
{
    struct service_round *round = ctx;
    round->call = NULL;
    call_abandon(call);
}

/* On the client's thread. */
static void on_answer(void *ctx, const struct outgoing_answer *answer)
{
    struct asked *asked = ctx;
    struct service_round *round = asked->round;
    asked->answer.outcome = answer->outcome;
    asked->answer.status = answer->status;
    asked->took_ms = env_steady_ms(round->env) - round->began_ms;
    if (answer->body.len) {
        char *bytes = xmalloc(answer->body.len);
        memcpy(bytes, answer->body.ptr, answer->body.len);
        asked->body = (str){bytes, answer->body.len};
    }
    if (atomic_fetch_sub(&round->missing, 1) == 1)
        loop_post(round->loop, &round->done);
}

enum rc round_run(struct service_round *round)
{
    struct call *call = round->call;
    if (!round->count)
        return go_on(call, round);
    enum rc rc = call_park(call, on_gone, round);
    round->done.run = on_done;
    round->missing = round->count;
    round->began_ms = env_steady_ms(round->env);
    /* The last answer may come before the loop is through here; it waits for the loop all the same. */
    size_t count = round->count;
    for (size_t i = 0; i < count; i++) {
        struct asked *asked = &round->asked[i];
        asked->question.answered = on_answer;
        asked->question.ctx = asked;
        service_ask(round->client, asked->answer.service, &asked->question);
    }
    return rc;
}
