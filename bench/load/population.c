/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/population.h"
#include "load/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "a bench password 7"

struct credential {
    char name[128], password[128];
};

/* What one kind of preparation works on. */
struct work {
    struct population *population;
    struct credential *credentials;
    size_t credential_count;
    char prefix[32];
};

static bool refuse(const char *what, int status, str body)
{
    fprintf(stderr, "load: %s: status %d: %.*s\n", what, status, (int)(body.len < 300 ? body.len : 300), body.ptr);
    return false;
}

static void add_request(struct work *work, struct strbuf *out, const char *method, str target, str token, str body)
{
    request_add(work->population->client, out, method, target, token, body);
}

static void make_registration(void *ctx, size_t index, struct strbuf *out)
{
    struct work *work = ctx;
    struct arena scratch = ARENA_INIT;
    if (work->credential_count > 0) {
        const struct credential *one = &work->credentials[index];
        str body =
            arena_printf(&scratch,
                         "{\"type\":\"m.login.password\",\"identifier\":{\"type\":\"m.id.user\",\"user\":\"%s\"},"
                         "\"password\":\"%s\"}",
                         one->name, one->password);
        add_request(work, out, "POST", S("/_matrix/client/v3/login"), STR_NONE, body);
    } else {
        str body = arena_printf(&scratch,
                                "{\"username\":\"%s%zu\",\"password\":\"" PASSWORD "\","
                                "\"auth\":{\"type\":\"m.login.dummy\"}}",
                                work->prefix, index);
        add_request(work, out, "POST", S("/_matrix/client/v3/register"), STR_NONE, body);
    }
    arena_fini(&scratch);
}

static bool take_registration(void *ctx, size_t index, int status, str body)
{
    struct work *work = ctx;
    struct population *population = work->population;
    struct bench_user *user = &population->users[index];
    if (status != 200)
        return refuse("cannot register", status, body);
    user->id = arena_dup(&population->arena, scan_text(body, "user_id"));
    user->token = arena_dup(&population->arena, scan_text(body, "access_token"));
    return user->token.len > 0 || refuse("registration gave no token", status, body);
}

static bool read_credentials(struct work *work, const char *path)
{
    struct credential one;
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "load: cannot read %s\n", path);
        return false;
    }
    while (fscanf(file, "%127s %127s", one.name, one.password) == 2) {
        work->credentials = xrealloc(work->credentials, (work->credential_count + 1) * sizeof one);
        work->credentials[work->credential_count++] = one;
    }
    fclose(file);
    return work->credential_count > 0;
}

bool population_register(struct population *population, size_t count)
{
    struct work work = {.population = population};
    snprintf(work.prefix, sizeof work.prefix, "b%lx.%x.", (unsigned long)time(NULL), (unsigned)getpid() & 0xffff);
    if (population->options->credentials && !read_credentials(&work, population->options->credentials))
        return false;
    if (work.credential_count > 0 && work.credential_count < count)
        count = work.credential_count;
    population->user_count = count;
    population->users = arena_array(&population->arena, struct bench_user, count);
    bool done = bulk_run(
        population->client,
        &(struct bulk){
            .count = count, .connections = 16, .ctx = &work, .make = make_registration, .take = take_registration});
    free(work.credentials);
    return done;
}

static void make_whoami(void *ctx, size_t index, struct strbuf *out)
{
    struct work *work = ctx;
    add_request(work, out, "GET", S("/_matrix/client/v3/account/whoami"), work->population->users[index].token,
                STR_NONE);
}

static bool take_whoami(void *ctx, size_t index, int status, str body)
{
    struct work *work = ctx;
    str device = status == 200 ? scan_text(body, "device_id") : STR_NONE;
    work->population->users[index].device = arena_dup(&work->population->arena, device);
    return device.len || refuse("no device", status, body);
}

bool population_devices(struct population *population)
{
    struct work work = {.population = population};
    return bulk_run(population->client, &(struct bulk){.count = population->user_count,
                                                       .connections = 32,
                                                       .ctx = &work,
                                                       .make = make_whoami,
                                                       .take = take_whoami});
}

static void make_filter(void *ctx, size_t index, struct strbuf *out)
{
    struct work *work = ctx;
    struct arena scratch = ARENA_INIT;
    const struct bench_user *user = &work->population->users[index];
    str target = arena_printf(&scratch, "/_matrix/client/v3/user/%.*s/filter", STR_ARG(user->id));
    add_request(work, out, "POST", target, user->token,
                S("{\"presence\":{\"types\":[]},\"room\":{\"timeline\":{\"limit\":100},"
                  "\"state\":{\"lazy_load_members\":true}}}"));
    arena_fini(&scratch);
}

static bool take_filter(void *ctx, size_t index, int status, str body)
{
    struct work *work = ctx;
    if (status != 200)
        return refuse("cannot store a filter", status, body);
    work->population->users[index].filter = arena_dup(&work->population->arena, scan_text(body, "filter_id"));
    return true;
}

bool population_filter(struct population *population)
{
    struct work work = {.population = population};
    return bulk_run(population->client, &(struct bulk){.count = population->user_count,
                                                       .connections = 32,
                                                       .ctx = &work,
                                                       .make = make_filter,
                                                       .take = take_filter});
}

static void make_room(void *ctx, size_t index, struct strbuf *out)
{
    struct work *work = ctx;
    struct arena scratch = ARENA_INIT;
    const struct population *population = work->population;
    str body = arena_printf(&scratch, "{\"preset\":\"public_chat\",\"name\":\"Room %zu\"}", index);
    add_request(work, out, "POST", S("/_matrix/client/v3/createRoom"),
                population->users[population_member(population, index, 0)].token, body);
    arena_fini(&scratch);
}

static bool take_room(void *ctx, size_t index, int status, str body)
{
    struct work *work = ctx;
    if (status != 200)
        return refuse("cannot create a room", status, body);
    work->population->rooms[index] = arena_dup(&work->population->arena, scan_text(body, "room_id"));
    return true;
}

static void make_join(void *ctx, size_t index, struct strbuf *out)
{
    struct work *work = ctx;
    struct arena scratch = ARENA_INIT;
    const struct population *population = work->population;
    /* Round by round, so that neighbouring joins are of different rooms. */
    size_t room = index % population->room_count, member = 1 + index / population->room_count;
    str target = arena_printf(&scratch, "/_matrix/client/v3/join/%.*s", STR_ARG(population->rooms[room]));
    add_request(work, out, "POST", target, population->users[population_member(population, room, member)].token,
                S("{}"));
    arena_fini(&scratch);
}

static bool take_join(void *ctx, size_t index, int status, str body)
{
    (void)ctx, (void)index;
    return status == 200 || refuse("cannot join", status, body);
}

bool population_rooms(struct population *population, size_t rooms, size_t members)
{
    struct work work = {.population = population};
    population->room_count = rooms;
    population->members = members;
    population->rooms = arena_array(&population->arena, str, rooms);
    if (!bulk_run(
            population->client,
            &(struct bulk){.count = rooms, .connections = 32, .ctx = &work, .make = make_room, .take = take_room}))
        return false;
    if (members < 2)
        return true;
    return bulk_run(
        population->client,
        &(struct bulk){
            .count = rooms * (members - 1), .connections = 32, .ctx = &work, .make = make_join, .take = take_join});
}

void population_init(struct population *population, struct client *client, const struct options *options)
{
    *population = (struct population){.client = client, .options = options};
    arena_init(&population->arena);
}

void population_fini(struct population *population)
{
    arena_fini(&population->arena);
}
