/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: load SCENARIO --url URL [option …]\n"
    "Drives a Matrix homeserver and reports what it did.\n\n"
    "  send         users talk in many rooms and listen to them (100 users, 50 rooms of 10)\n"
    "  fan-out      one room, very many listeners (1,000)\n"
    "  to-device    users send to each other's devices, which listen (100)\n"
    "  idle         very many syncs that wait (10,000)\n"
    "  first-sync   one user of very many rooms signs in anew (1,000)\n"
    "  join         very many users join one room (10,000)\n"
    "  keys         users publish devices, look all of them up and claim their one-time keys (1,000)\n"
    "  push         messages in a room of 10 and one of all users (10,000), without and with pushers\n"
    "  seed         stores events, as fast as they are taken (--events)\n"
    "  search       questions to a history of --events (20 users, 20 rooms of 10, 200,000)\n\n"
    "  --url URL              http:// or https://, host and port of the server\n"
    "  --users N  --rooms N   how many there are\n"
    "  --members N            users in each room\n"
    "  --talkers N            users who send\n"
    "  --connections N        idle: syncs that wait; elsewhere: connections that prepare and seed\n"
    "  --events N             seed: events in all; push: in each turn; first-sync: messages in each room\n"
    "  --pushers N            push: users who have a pusher\n"
    "  --rate N               sends per second in all; 0: as fast as they are acknowledged\n"
    "  --seconds N            how long is measured, after --warmup N\n"
    "  --size N               bytes of a message's text\n"
    "  --no-listeners         nobody syncs while others send\n"
    "  --credentials FILE     lines of name and password to sign in with, where registration is closed\n"
    "  --pid PID              the server's process: reports its CPU and memory\n"
    "  --json                 one JSON object instead of a table\n";

static const struct defaults {
    const char *scenario;
    size_t users, rooms, members, talkers, connections, events;
    double rate;
} table[] = {
    {"send", 100, 50, 10, 100, 32, 0, 0},      {"fan-out", 1000, 1, 1000, 10, 32, 0, 100},
    {"idle", 100, 0, 0, 0, 10000, 0, 0},       {"first-sync", 1, 1000, 1, 1, 32, 5, 0},
    {"join", 10000, 1, 0, 0, 64, 0, 0},        {"seed", 100, 50, 10, 100, 128, 10000, 0},
    {"keys", 1000, 1, 0, 0, 64, 0, 0},         {"push", 10000, 1, 0, 0, 64, 5000, 0},
    {"search", 20, 20, 10, 0, 128, 200000, 0}, {"to-device", 100, 0, 0, 100, 32, 0, 0},
};

enum {
    URL = 1,
    USERS,
    ROOMS,
    MEMBERS,
    TALKERS,
    CONNECTIONS,
    EVENTS,
    PUSHERS,
    RATE,
    SECONDS,
    WARMUP,
    SIZE,
    SILENT,
    CREDENTIALS,
    PID,
    JSON,
    HELP
};

static const struct option long_options[] = {
    {"url", 1, 0, URL},
    {"users", 1, 0, USERS},
    {"rooms", 1, 0, ROOMS},
    {"members", 1, 0, MEMBERS},
    {"talkers", 1, 0, TALKERS},
    {"connections", 1, 0, CONNECTIONS},
    {"events", 1, 0, EVENTS},
    {"pushers", 1, 0, PUSHERS},
    {"rate", 1, 0, RATE},
    {"seconds", 1, 0, SECONDS},
    {"warmup", 1, 0, WARMUP},
    {"size", 1, 0, SIZE},
    {"no-listeners", 0, 0, SILENT},
    {"credentials", 1, 0, CREDENTIALS},
    {"pid", 1, 0, PID},
    {"json", 0, 0, JSON},
    {"help", 0, 0, HELP},
    {0},
};

static void usage(const char *problem)
{
    fprintf(stderr, "load: %s\n\n%s", problem, help);
    exit(2);
}

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || value < 0)
        usage("an option wants a number");
    return value;
}

static void choose(struct options *options, const char *scenario)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct defaults *d = &table[i];
        if (strcmp(d->scenario, scenario) != 0)
            continue;
        *options = (struct options){.scenario = d->scenario,
                                    .users = d->users,
                                    .rooms = d->rooms,
                                    .members = d->members,
                                    .talkers = d->talkers,
                                    .connections = d->connections,
                                    .events = d->events,
                                    .pushers = 100,
                                    .rate = d->rate,
                                    .seconds = 10,
                                    .warmup = 2,
                                    .size = 100,
                                    .listeners = true};
        return;
    }
    usage("there is no such scenario");
}

static void take(struct options *options, int option, const char *value)
{
    switch (option) {
    case URL: options->url = value; break;
    case USERS: options->users = (size_t)number(value); break;
    case ROOMS: options->rooms = (size_t)number(value); break;
    case MEMBERS: options->members = (size_t)number(value); break;
    case TALKERS: options->talkers = (size_t)number(value); break;
    case CONNECTIONS: options->connections = (size_t)number(value); break;
    case EVENTS: options->events = (size_t)number(value); break;
    case PUSHERS: options->pushers = (size_t)number(value); break;
    case RATE: options->rate = number(value); break;
    case SECONDS: options->seconds = number(value); break;
    case WARMUP: options->warmup = number(value); break;
    case SIZE: options->size = (size_t)number(value); break;
    case SILENT: options->listeners = false; break;
    case CREDENTIALS: options->credentials = value; break;
    case PID: options->pid = (pid_t)number(value); break;
    case JSON: options->json = true; break;
    case HELP: fputs(help, stdout); exit(0);
    default: usage("that option is not known");
    }
}

void options_read(struct options *ret_options, int argc, char **argv)
{
    int option;
    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        take(ret_options, HELP, NULL);
    if (argc < 2)
        usage("which scenario?");
    choose(ret_options, argv[1]);
    opterr = 0;
    optind = 2;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        take(ret_options, option, optarg);
    if (optind < argc)
        usage("there is a word too many");
    if (!ret_options->url)
        usage("--url is missing");
    if (ret_options->users == 0)
        usage("at least one user is needed");
    if (ret_options->members > ret_options->users)
        ret_options->members = ret_options->users;
    if (ret_options->talkers > ret_options->users)
        ret_options->talkers = ret_options->users;
}
