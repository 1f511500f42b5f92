/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Searching a history: messages of words as frequent as those of a language (the n-th word of twenty thousand comes
 * about as often as 1/n), then questions of several kinds, each over a few connections.
 */
#include "load/scan.h"
#include "load/scenarios.h"

#include <math.h>
#include <stdio.h>

enum { VOCABULARY = 20000, WORDS = 11, QUESTIONS = 400 };

static uint64_t mixed(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

/* Ranks fall off as those of words do. */
static unsigned word_at(size_t event, size_t place)
{
    double dice = (double)(mixed(event * WORDS + place + 1) >> 11) / 9007199254740992.0;
    return (unsigned)exp(dice * log(VOCABULARY));
}

static void add_words(struct strbuf *out, size_t event)
{
    for (size_t i = 0; i < WORDS; i++)
        strbuf_printf(out, "%sword%u", i ? " " : "", word_at(event, i));
}

static void make_event(void *ctx, size_t index, struct strbuf *out)
{
    struct population *population = ctx;
    struct arena scratch = ARENA_INIT;
    struct strbuf body = STRBUF_INIT;
    size_t room = index % population->room_count, member = index / population->room_count % population->members;
    str target = arena_printf(&scratch, "/_matrix/client/v3/rooms/%.*s/send/m.room.message/q%zu",
                              STR_ARG(population->rooms[room]), index);
    strbuf_add(&body, S("{\"msgtype\":\"m.text\",\"body\":\""));
    add_words(&body, index);
    strbuf_add(&body, S("\"}"));
    request_add(population->client, out, "PUT", target,
                population->users[population_member(population, room, member)].token, strbuf_str(&body));
    strbuf_fini(&body);
    arena_fini(&scratch);
}

static bool take_event(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    if (status == 200)
        return true;
    fprintf(stderr, "load: cannot send: status %d: %.*s\n", status, STR_ARG(body));
    return false;
}

/* ---- questions ---- */

struct question {
    const char *name, *p50, *p99;
    const char *order;
    unsigned words; /* how many */
    unsigned rank;  /* of words about as frequent as that one */
};

#define QUESTION(what, order, words, rank)                                                                             \
    {                                                                                                                  \
        what, what "_p50", what "_p99", order, words, rank                                                             \
    }

struct asking {
    struct population *population;
    const struct question *question;
};

static void make_question(void *ctx, size_t index, struct strbuf *out)
{
    struct asking *asking = ctx;
    struct population *population = asking->population;
    struct strbuf body = STRBUF_INIT;
    strbuf_add(&body, S("{\"search_categories\":{\"room_events\":{\"search_term\":\""));
    for (unsigned i = 0; i < asking->question->words; i++)
        strbuf_printf(&body, "%sword%u", i ? " " : "",
                      asking->question->rank + (unsigned)(mixed(index * 7 + i) % (asking->question->rank + 1)));
    strbuf_printf(&body, "\",\"order_by\":\"%s\",\"event_context\":{\"before_limit\":1,\"after_limit\":1}}}}",
                  asking->question->order);
    request_add(population->client, out, "POST", S("/_matrix/client/v3/search"),
                population->users[index % population->user_count].token, strbuf_str(&body));
    strbuf_fini(&body);
}

static bool take_answer(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    if (status == 200)
        return true;
    fprintf(stderr, "load: cannot search: status %d: %.*s\n", status, STR_ARG(body));
    return false;
}

static bool ask(struct population *population, const struct question *question, struct report *report)
{
    struct asking asking = {population, question};
    struct histogram latency = {0};
    uint64_t begin = client_clock();
    if (!bulk_run(population->client, &(struct bulk){.count = QUESTIONS,
                                                     .connections = 4,
                                                     .ctx = &asking,
                                                     .make = make_question,
                                                     .take = take_answer,
                                                     .latency = &latency}))
        return false;
    report_add(report, question->name, QUESTIONS / ((double)(client_clock() - begin) / 1e9), "/s");
    report_add(report, question->p50, (double)histogram_at(&latency, 0.5) / 1e6, "ms");
    report_add(report, question->p99, (double)histogram_at(&latency, 0.99) / 1e6, "ms");
    return true;
}

bool scenario_search(struct population *population, struct report *report)
{
    static const struct question questions[] = {
        QUESTION("rare_recent", "recent", 1, 10000), QUESTION("usual_recent", "recent", 1, 500),
        QUESTION("frequent_rank", "rank", 1, 10),    QUESTION("two_usual_rank", "rank", 2, 100),
        QUESTION("two_rare_rank", "rank", 2, 9000),
    };
    const struct options *options = population->options;
    if (!population_register(population, options->users)
        || !population_rooms(population, options->rooms, options->members))
        return false;
    uint64_t begin = client_clock();
    if (!bulk_run(population->client, &(struct bulk){.count = options->events,
                                                     .connections = options->connections,
                                                     .ctx = population,
                                                     .make = make_event,
                                                     .take = take_event}))
        return false;
    report_add(report, "events", (double)options->events, "");
    report_add(report, "sends", (double)options->events / ((double)(client_clock() - begin) / 1e9), "/s acknowledged");
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
        if (!ask(population, &questions[i], report))
            return false;
    if (options->pid > 0)
        report_add(report, "server_memory", (double)process_use(options->pid).memory / 1048576, "MiB");
    report_add(report, "errors", (double)population->client->failures, "");
    return true;
}
