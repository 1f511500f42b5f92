/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The least work that could do the load generator's send scenario: the server's own transport, and for each send one
 * row in SQLite (WAL, synchronous=FULL), written by one thread that commits for all who wait at once. No rooms, no
 * rules, no keys, no delivery. What a real server reaches can be told as a share of this.
 *
 * usage: floor FILE http[s]-port [certificate key]
 */
#include "base/arena.h"
#include "net/http.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct floor;

/* A send on its way to the disk and back; lives in its request's arena. */
struct job {
    struct loop_task task;
    struct job *next;
    struct http_request *request;
    sqlite3_int64 id;
};

struct floor {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *first, **last;
    sqlite3 *db;
    sqlite3_stmt *begin, *insert, *commit;
    unsigned users, rooms;
};

static void reply(struct http_request *request, str body)
{
    http_reply(request, &(struct http_response){.status = 200, .content_type = S("application/json"), .body = body});
}

static void job_answer(struct loop *loop, struct loop_task *task)
{
    struct job *job = (struct job *)task;
    (void)loop;
    reply(job->request, arena_printf(job->request->arena, "{\"event_id\":\"$%lld\"}", (long long)job->id));
}

static void must(int result, sqlite3 *db)
{
    if (result == SQLITE_OK || result == SQLITE_DONE)
        return;
    fprintf(stderr, "floor: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void step(struct floor *floor, sqlite3_stmt *statement)
{
    must(sqlite3_step(statement), floor->db);
    must(sqlite3_reset(statement), floor->db);
}

/* Takes all that wait, stores them in one transaction, then lets their answers go. */
static void *write_all(void *ctx)
{
    struct floor *floor = ctx;
    for (;;) {
        pthread_mutex_lock(&floor->lock);
        while (!floor->first)
            pthread_cond_wait(&floor->wake, &floor->lock);
        struct job *batch = floor->first;
        floor->first = NULL;
        floor->last = &floor->first;
        pthread_mutex_unlock(&floor->lock);

        step(floor, floor->begin);
        for (struct job *job = batch; job; job = job->next) {
            str path = job->request->path, body = job->request->body;
            sqlite3_bind_text(floor->insert, 1, path.ptr, (int)path.len, SQLITE_STATIC);
            sqlite3_bind_blob(floor->insert, 2, body.ptr, (int)body.len, SQLITE_STATIC);
            step(floor, floor->insert);
            job->id = sqlite3_last_insert_rowid(floor->db);
        }
        step(floor, floor->commit);
        for (struct job *job = batch, *next; job; job = next) {
            next = job->next;
            loop_post(job->request->loop, &job->task);
        }
    }
    return NULL;
}

static void store(struct floor *floor, struct http_request *request)
{
    struct job *job = arena_new(request->arena, struct job);
    job->task.run = job_answer;
    job->request = request;
    pthread_mutex_lock(&floor->lock);
    *floor->last = job;
    floor->last = &job->next;
    pthread_cond_signal(&floor->wake);
    pthread_mutex_unlock(&floor->lock);
}

static void on_head(void *ctx, struct http_request *request)
{
    (void)ctx;
    request->body_limit = 65536;
}

/* Just enough of the API for the load generator to prepare itself. */
static void on_request(void *ctx, struct http_request *request)
{
    struct floor *floor = ctx;
    if (request->method == HTTP_PUT)
        store(floor, request);
    else if (str_ends(request->path, S("/register")))
        reply(request,
              arena_printf(request->arena, "{\"user_id\":\"@%u:floor\",\"access_token\":\"t\",\"device_id\":\"d\"}",
                           __atomic_add_fetch(&floor->users, 1, __ATOMIC_RELAXED)));
    else if (str_ends(request->path, S("/createRoom")))
        reply(request, arena_printf(request->arena, "{\"room_id\":\"!%u\"}",
                                    __atomic_add_fetch(&floor->rooms, 1, __ATOMIC_RELAXED)));
    else
        reply(request, S("{\"room_id\":\"!1\",\"filter_id\":\"1\",\"next_batch\":\"1\"}"));
}

static void on_gone(void *ctx, struct http_request *request)
{
    (void)ctx, (void)request;
}

static void on_error(void *ctx, int status, struct http_response *ret_response)
{
    (void)ctx;
    *ret_response = (struct http_response){.status = status};
}

static void open_store(struct floor *floor, const char *file)
{
    must(sqlite3_open(file, &floor->db), floor->db);
    must(sqlite3_exec(floor->db,
                      "pragma journal_mode=wal; pragma synchronous=full;"
                      "create table if not exists event (id integer primary key, room text, content blob);",
                      NULL, NULL, NULL),
         floor->db);
    must(sqlite3_prepare_v2(floor->db, "begin immediate", -1, &floor->begin, NULL), floor->db);
    must(sqlite3_prepare_v2(floor->db, "insert into event (room, content) values (?, ?)", -1, &floor->insert, NULL),
         floor->db);
    must(sqlite3_prepare_v2(floor->db, "commit", -1, &floor->commit, NULL), floor->db);
}

int main(int argc, char **argv)
{
    static struct floor floor = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};
    struct error err;
    struct http_server *server;
    uint64_t port;
    if (argc < 3 || str_to_u64(str_of(argv[2]), &port) != RC_OK || port > 65535) {
        fprintf(stderr, "usage: floor FILE PORT [CERTIFICATE KEY]\n");
        return 2;
    }
    struct http_listen listen = {.host = S("127.0.0.1"), .port = (uint16_t)port, .tls = argc > 4};
    struct http_config config = {.listens = &listen, .listen_count = 1};
    struct http_handler handler = {&floor, on_head, on_request, on_gone, on_error};
    http_limits_default(&config.limits);
    config.limits.connections_per_address = 0;
    if (argc > 4) {
        config.tls_certificate_file = argv[3];
        config.tls_key_file = argv[4];
    }
    floor.last = &floor.first;
    open_store(&floor, argv[1]);

    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    pthread_t writer;
    int signal_number;
    if (http_server_new(env_system(), &config, &handler, &server, &err) != RC_OK
        || http_server_start(server, &err) != RC_OK || pthread_create(&writer, NULL, write_all, &floor) != 0) {
        fprintf(stderr, "floor: %s\n", err.text);
        return 1;
    }
    sigwait(&stop, &signal_number);
    return 0;
}
