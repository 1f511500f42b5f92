/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct options {
    const char *scenario;
    const char *url;
    const char *credentials; /* file of "name password" lines, where registration is closed */
    size_t users, rooms;
    size_t members;     /* of each room */
    size_t talkers;     /* users who send; the rest listen only */
    size_t connections; /* idle: parked syncs; elsewhere: those that set up and seed */
    size_t events;      /* seed, push: how many; first-sync: messages in each room */
    size_t pushers;     /* push: users who have one */
    double rate;        /* sends per second in all; 0: as fast as they are acknowledged */
    double seconds, warmup;
    size_t size; /* of a message's text, bytes */
    bool listeners;
    pid_t pid; /* of the server, for its CPU and memory; 0: unknown */
    bool json;
};

/* Reads the command line; prints what is wrong, or the help, and exits if it must. */
void options_read(struct options *ret_options, int argc, char **argv);

#endif
