/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The figures of a run, in order, as a table or as one JSON object. Names and units are static text. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "load/histogram.h"

#include <stdbool.h>
#include <stddef.h>

struct report {
    struct figure {
        const char *name, *unit;
        double value;
    } figures[48];
    size_t count;
};

void report_add(struct report *report, const char *name, double value, const char *unit);
/* p50, p99, p99.9 and the maximum, in milliseconds; `name` must be one of "delivery", "acknowledge", "request". */
void report_latency(struct report *report, const char *name, const struct histogram *histogram);
void report_print(const struct report *report, const char *scenario, bool json);

#endif
