/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/histogram.h"

static unsigned bucket_of(uint64_t value)
{
    if (value < (1u << HISTOGRAM_SUB_BITS))
        return (unsigned)value;
    unsigned exponent = 63 - (unsigned)__builtin_clzll(value) - HISTOGRAM_SUB_BITS;
    unsigned bucket =
        ((exponent + 1) << HISTOGRAM_SUB_BITS) + (unsigned)((value >> exponent) & ((1u << HISTOGRAM_SUB_BITS) - 1));
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/* The largest value that falls into the bucket. */
static uint64_t value_of(unsigned bucket)
{
    unsigned exponent = bucket >> HISTOGRAM_SUB_BITS;
    uint64_t sub = bucket & ((1u << HISTOGRAM_SUB_BITS) - 1);
    if (exponent == 0)
        return sub;
    return (((sub | (1u << HISTOGRAM_SUB_BITS)) + 1) << (exponent - 1)) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t nanoseconds)
{
    histogram->count++;
    histogram->sum += nanoseconds;
    if (nanoseconds > histogram->max)
        histogram->max = nanoseconds;
    histogram->buckets[bucket_of(nanoseconds)]++;
}

uint64_t histogram_at(const struct histogram *histogram, double share)
{
    uint64_t wanted = (uint64_t)((double)histogram->count * share + 0.5), passed = 0;
    if (histogram->count == 0)
        return 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        passed += histogram->buckets[i];
        if (passed >= wanted && passed > 0) {
            uint64_t value = value_of(i);
            return value < histogram->max ? value : histogram->max;
        }
    }
    return histogram->max;
}
