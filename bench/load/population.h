/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The users and rooms of a run. All strings live in the arena. */
#ifndef BENCH_POPULATION_H
#define BENCH_POPULATION_H

#include "load/bulk.h"
#include "load/options.h"

struct bench_user {
    str id, token;
    str device, filter; /* once asked for */
};

struct population {
    struct client *client;
    const struct options *options;
    struct arena arena;
    struct bench_user *users;
    size_t user_count;
    str *rooms;
    size_t room_count, members;
};

void population_init(struct population *population, struct client *client, const struct options *options);
void population_fini(struct population *population);
/* Registers by m.login.dummy, or signs in with the credentials given. Prints what went wrong. */
bool population_register(struct population *population, size_t count);
/* The device each registered with. */
bool population_devices(struct population *population);
/* A filter for each user: timelines of 100, members loaded lazily, no presence. */
bool population_filter(struct population *population);
/* Public rooms of so many members each; the first member made it. */
bool population_rooms(struct population *population, size_t rooms, size_t members);

/* The member-th member of a room, as an index into users. */
static inline size_t population_member(const struct population *population, size_t room, size_t member)
{
    size_t stride = population->room_count > 0 ? population->user_count / population->room_count : 1;
    return (room * (stride > 0 ? stride : 1) + member) % population->user_count;
}

#endif
