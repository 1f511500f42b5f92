/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Counts of durations in nanoseconds, kept to about 1 % of their value (log-linear buckets), from 1 ns to an hour.
 * Recording is a shift and an increment; a histogram is zero-initialised and fixed in size.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_BUCKETS ((42 - HISTOGRAM_SUB_BITS + 1) << HISTOGRAM_SUB_BITS)

struct histogram {
    uint64_t count, sum, max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t nanoseconds);
/* The value below or at which that share (0 … 1) of all lies; 0 when empty. */
uint64_t histogram_at(const struct histogram *histogram, double share);

#endif
