/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/scenarios.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

static const struct {
    const char *name;
    bool (*run)(struct population *population, struct report *report);
} scenarios[] = {
    {"send", scenario_talk},     {"fan-out", scenario_talk},
    {"idle", scenario_idle},     {"first-sync", scenario_first_sync},
    {"join", scenario_join},     {"keys", scenario_keys},
    {"push", scenario_push},     {"seed", scenario_seed},
    {"search", scenario_search}, {"to-device", scenario_to_device},
};

int main(int argc, char **argv)
{
    static struct client client;
    struct options options;
    struct population population;
    struct report report = {0};
    struct error err;
    bool done = false;
    options_read(&options, argc, argv);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    if (client_init(&client, options.url, &err) != RC_OK) {
        fprintf(stderr, "load: %s\n", err.text);
        return 2;
    }
    population_init(&population, &client, &options);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        if (str_eq(str_of(scenarios[i].name), str_of(options.scenario)))
            done = scenarios[i].run(&population, &report);
    }
    if (report.count > 0)
        report_print(&report, options.scenario, options.json);
    population_fini(&population);
    client_fini(&client);
    return done ? 0 : 1;
}
