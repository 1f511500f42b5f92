/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/line.h"

#include "base/container.h"
#include "base/log.h"
#include "base/map.h"
#include "courier/ask.h"
#include "courier/body.h"
#include "outgoing/backoff.h"
#include "privacy/audit.h"
#include "store/service_queue.h"

enum { DAY_MS = 24 * 3600 * 1000, MOST_RECORDED = 1 << 14, ANSWER_LIMIT = 64 * 1024, TXN_NAME = 24 };

/* The service takes part in the rooms: its people are shown what members are shown. */
static const struct act act = {
    .actor = ACTOR_APPSERVICE,
    .purpose = PURPOSE_MESSAGING,
    .purposes = PURPOSE_BIT(PURPOSE_MESSAGING),
    .basis = BASIS_CONTRACT,
    .reason = "given to an application service that takes part in the group",
};

enum line_state { LINE_IDLE, LINE_WRITING, LINE_SENDING, LINE_WAITING };

struct line {
    struct line_parts parts;
    str id;
    struct interest *interest;
    struct news news;
    enum line_state state;
    bool loaded;
    bool more; /* of the stream than was looked at */

    int64_t acked;   /* what is the service's up to here was acknowledged */
    int64_t written; /* what the row says of that */
    bool row_due;
    bool under_way; /* the transaction that follows */
    char txn[TXN_NAME];
    int64_t upto, events[LINE_MOST_EVENTS];
    size_t event_count;
    struct strbuf ephemeral;

    subjects unrecorded; /* whose data is in the transaction and who have no entry of today */
    struct map recorded; /* subject and field → today */
    int64_t recorded_day;

    unsigned failures; /* in a row */
    struct loop_timer pause;
    struct write_job job;
    struct arena job_arena;
    struct loop_task back; /* from the writer or the client */
    enum rc job_rc;
    struct outgoing_answer answer; /* without its bytes */
};

static void look(struct line *line);

str line_service(const struct line *line)
{
    return line->id;
}

static const struct appservice *service_of(const struct line *line)
{
    const struct appservice *service = appservices_find_id(appservice_registry_now(line->parts.services), line->id);
    return service && service->url.len ? service : NULL;
}

/* ---- waiting ---- */

static const struct backoff pauses = {LINE_FIRST_PAUSE_MS, LINE_LONGEST_PAUSE_MS};

static void on_pause_over(struct loop *loop, struct loop_timer *timer)
{
    struct line *line = CONTAINER_OF(timer, struct line, pause);
    (void)loop;
    line->state = LINE_IDLE;
    look(line);
}

static void wait_a_while(struct line *line)
{
    line->state = LINE_WAITING;
    line->pause.fire = on_pause_over;
    loop_timer_set(line->parts.loop, &line->pause, backoff_ms(store_env(line->parts.store), &pauses, line->failures++));
}

/* ---- writing ---- */

static enum rc write_run(struct write_job *job, struct tx *tx)
{
    struct line *line = CONTAINER_OF(job, struct line, job);
    bool in_row = line->under_way && line->event_count;
    struct service_queue queue = {.pos = line->acked, .upto = line->upto};
    if (in_row) {
        queue.txn = str_of(line->txn);
        queue.events = line->events;
        queue.event_count = line->event_count;
    }
    for (size_t i = 0; i < line->unrecorded.count; i++) {
        struct audit_entry entry = {.kind = AUDIT_READ,
                                    .subject = line->unrecorded.items[i].nid,
                                    .field = line->unrecorded.items[i].field,
                                    .purpose = PURPOSE_MESSAGING,
                                    .detail = line->id};
        TRY(audit_append(tx, &entry));
    }
    return service_queue_put(tx, line->id, &queue);
}

static uint64_t record_key(const struct subject *subject)
{
    return subject->nid * FIELD_COUNT + subject->field;
}

static void on_written(struct loop *loop, struct loop_task *task)
{
    struct line *line = CONTAINER_OF(task, struct line, back);
    (void)loop;
    arena_fini(&line->job_arena);
    if (line->job_rc != RC_OK) {
        log_event(LOG_ERROR, "the queue of an application service could not be written",
                  LOG_TEXT("rc", rc_name(line->job_rc)));
        wait_a_while(line);
        return;
    }
    for (size_t i = 0; i < line->unrecorded.count; i++)
        map_put(&line->recorded, record_key(&line->unrecorded.items[i]), line);
    line->unrecorded.count = 0;
    line->written = line->acked;
    line->row_due = false;
    line->state = LINE_IDLE;
    look(line);
}

static void write_done(struct write_job *job, enum rc rc)
{
    struct line *line = CONTAINER_OF(job, struct line, job);
    line->job_rc = rc;
    line->back.run = on_written;
    loop_post(line->parts.loop, &line->back);
}

static void write_down(struct line *line)
{
    line->state = LINE_WRITING;
    line->job = (struct write_job){.arena = &line->job_arena, .act = &act, .run = write_run, .done = write_done};
    store_write(line->parts.store, &line->job);
}

/* ---- sending ---- */

static void on_answered(struct loop *loop, struct loop_task *task)
{
    struct line *line = CONTAINER_OF(task, struct line, back);
    (void)loop;
    if (line->answer.outcome != OUTGOING_ANSWERED || line->answer.status / 100 != 2) {
        if (!line->failures)
            log_event(LOG_WARN, "an application service does not take what is sent to it",
                      LOG_TEXT("why", outgoing_outcome_name(line->answer.outcome)),
                      LOG_INT("status", line->answer.status));
        wait_a_while(line);
        return;
    }
    if (line->failures)
        log_note(LOG_INFO, "an application service takes again what is sent to it");
    line->failures = 0;
    line->under_way = false;
    line->row_due |= line->event_count > 0;
    line->acked = line->upto;
    line->event_count = 0;
    strbuf_fini(&line->ephemeral);
    line->state = LINE_IDLE;
    look(line);
}

static void answered(void *ctx, const struct outgoing_answer *answer)
{
    struct line *line = ctx;
    line->answer = (struct outgoing_answer){.outcome = answer->outcome, .status = answer->status};
    line->back.run = on_answered;
    loop_post(line->parts.loop, &line->back);
}

static enum rc send_it(struct line *line, struct tx *tx, const struct appservice *service)
{
    struct strbuf body = STRBUF_INIT;
    enum rc rc = body_add(tx, line->events, line->event_count, strbuf_str(&line->ephemeral), &body);
    if (rc == RC_OK) {
        struct service_question question = {
            .method = OUTGOING_PUT,
            .path = arena_printf(tx->arena, "/_matrix/app/v1/transactions/%s", line->txn),
            .legacy = arena_printf(tx->arena, "/transactions/%s", line->txn),
            .body = strbuf_str(&body),
            .timeout_ms = LINE_TIMEOUT_MS,
            .answer_limit = ANSWER_LIMIT,
            .answered = answered,
            .ctx = line,
        };
        line->state = LINE_SENDING;
        service_ask(line->parts.client, service, &question);
    }
    strbuf_fini(&body);
    return rc;
}

/* ---- choosing ---- */

static void note_subjects(struct line *line, const subjects *found)
{
    int64_t day = env_now_ms(store_env(line->parts.store)) / DAY_MS;
    if (day != line->recorded_day || line->recorded.count > MOST_RECORDED)
        map_clear(&line->recorded);
    line->recorded_day = day;
    for (size_t i = 0; i < found->count; i++) {
        bool known = map_get(&line->recorded, record_key(&found->items[i])) != NULL;
        for (size_t k = 0; k < line->unrecorded.count && !known; k++)
            known = record_key(&line->unrecorded.items[k]) == record_key(&found->items[i]);
        if (!known)
            vec_push(&line->unrecorded, found->items[i]);
    }
}

/* From the end of what was acknowledged on; upto ends up behind the last position looked at. */
static enum rc choose_events(struct line *line, struct tx *tx, int64_t to, subjects *found)
{
    struct stream_item *items = arena_array(tx->arena, struct stream_item, LINE_SCAN);
    size_t count, bytes = 0;
    TRY(stream_scan(tx, line->acked, to, LINE_SCAN, items, &count));
    line->more = count == LINE_SCAN;
    line->upto = line->more ? items[count - 1].pos : to > line->acked ? to : line->acked;
    for (size_t i = 0; i < count; i++) {
        bool interested;
        TRY(interest_in_event(line->interest, tx, &items[i], &interested));
        if (!interested)
            continue;
        if (line->event_count == LINE_MOST_EVENTS || (line->event_count && bytes + items[i].size > LINE_MOST_BYTES)) {
            line->more = true;
            line->upto = items[i].pos - 1;
            return RC_OK;
        }
        bytes += items[i].size;
        line->events[line->event_count++] = items[i].pos;
        if (!interest_owns(line->interest, tx, items[i].sender_nid))
            vec_push(found, ((struct subject){items[i].sender_nid, FIELD_EVENT}));
    }
    return RC_OK;
}

static enum rc choose(struct line *line, struct tx *tx, const struct appservice *service, int64_t to)
{
    subjects found = {0};
    line->event_count = 0;
    strbuf_clear(&line->ephemeral);
    enum rc rc = choose_events(line, tx, to, &found);
    if (rc == RC_OK && service->receive_ephemeral)
        rc = news_add(&line->news, tx, line->interest, line->parts.presence, to, &found, &line->ephemeral);
    if (rc == RC_OK) {
        line->under_way = line->event_count || line->ephemeral.len;
        if (!line->event_count)
            line->acked = line->upto;
        note_subjects(line, &found);
        line->row_due |= line->event_count || line->unrecorded.count || line->acked - line->written > LINE_SCAN;
        if (line->under_way)
            snprintf(line->txn, sizeof line->txn, "%.*s",
                     STR_ARG(crypto_random_name(tx->env, tx->arena, TXN_NAME - 1)));
    }
    vec_fini(&found);
    return rc;
}

/* ---- the turn ---- */

/* A service that is new here begins now: what was said before it came is not its. */
static enum rc load(struct line *line, struct tx *tx, int64_t to)
{
    struct service_queue queue;
    enum rc rc = service_queue_get(tx, line->id, &queue);
    if (rc == RC_NOT_FOUND) {
        line->acked = line->written = line->upto = to;
        line->row_due = line->loaded = true;
        return RC_OK;
    }
    TRY(rc);
    line->acked = line->written = queue.pos;
    line->upto = queue.upto;
    line->event_count = queue.event_count < LINE_MOST_EVENTS ? queue.event_count : LINE_MOST_EVENTS;
    if (line->event_count)
        memcpy(line->events, queue.events, line->event_count * sizeof *line->events);
    line->under_way = queue.txn.len > 0;
    snprintf(line->txn, sizeof line->txn, "%.*s", STR_ARG(queue.txn));
    line->loaded = true;
    return RC_OK;
}

static enum rc look_with(struct line *line, struct tx *tx, const struct appservice *service)
{
    int64_t to = tx_pos(tx);
    if (!line->loaded)
        TRY(load(line, tx, to));
    if (!line->under_way)
        TRY(choose(line, tx, service, to));
    if (line->row_due)
        write_down(line);
    else if (line->under_way)
        return send_it(line, tx, service);
    return RC_OK;
}

static void on_more(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    struct line *line = CONTAINER_OF(task, struct line, back);
    line->state = LINE_IDLE;
    look(line);
}

/* A stretch at a time, so that a long way back holds up nobody else's line. */
static void look(struct line *line)
{
    const struct appservice *service = service_of(line);
    if (line->state != LINE_IDLE || !service)
        return;
    struct arena arena = ARENA_INIT;
    struct tx tx;
    interest_turn(line->interest, service);
    store_read(line->parts.store, line->parts.reader, &act, &arena, &tx);
    enum rc rc = look_with(line, &tx, service);
    arena_fini(&arena);
    if (rc != RC_OK) {
        log_event(LOG_ERROR, "what is an application service's could not be read", LOG_TEXT("rc", rc_name(rc)));
        wait_a_while(line);
    } else if (line->state == LINE_IDLE && line->more) {
        line->state = LINE_WRITING;
        line->back.run = on_more;
        loop_post(line->parts.loop, &line->back);
    }
}

void line_wake(struct line *line, const struct news *news)
{
    const struct appservice *service = service_of(line);
    if (news && service && service->receive_ephemeral)
        news_note_all(&line->news, news);
    look(line);
}

void line_retry(struct line *line)
{
    if (line->state != LINE_WAITING)
        return;
    loop_timer_cancel(line->parts.loop, &line->pause);
    line->state = LINE_IDLE;
    look(line);
}

/* ---- life ---- */

struct line *line_new(const struct line_parts *parts, str service_id)
{
    struct line *line = xcalloc(1, sizeof *line);
    line->parts = *parts;
    line->interest = interest_new();
    char *id = xmalloc(service_id.len);
    memcpy(id, service_id.ptr, service_id.len);
    line->id = (str){id, service_id.len};
    return line;
}

void line_free(struct line **line_ptr)
{
    struct line *line = *line_ptr;
    if (!line)
        return;
    loop_timer_cancel(line->parts.loop, &line->pause);
    interest_free(&line->interest);
    news_fini(&line->news);
    strbuf_fini(&line->ephemeral);
    vec_fini(&line->unrecorded);
    map_fini(&line->recorded);
    arena_fini(&line->job_arena);
    free((char *)line->id.ptr);
    free(line);
    *line_ptr = NULL;
}
