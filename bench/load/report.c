/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "load/report.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *p50, *p99, *p999, *max;
} latencies[] = {
    {"delivery", "delivery_p50", "delivery_p99", "delivery_p999", "delivery_max"},
    {"acknowledge", "acknowledge_p50", "acknowledge_p99", "acknowledge_p999", "acknowledge_max"},
    {"request", "request_p50", "request_p99", "request_p999", "request_max"},
};

void report_add(struct report *report, const char *name, double value, const char *unit)
{
    if (report->count < sizeof report->figures / sizeof *report->figures)
        report->figures[report->count++] = (struct figure){name, unit, value};
}

void report_latency(struct report *report, const char *name, const struct histogram *histogram)
{
    for (size_t i = 0; i < sizeof latencies / sizeof *latencies; i++) {
        if (strcmp(latencies[i].name, name) != 0 || histogram->count == 0)
            continue;
        report_add(report, latencies[i].p50, (double)histogram_at(histogram, 0.5) / 1e6, "ms");
        report_add(report, latencies[i].p99, (double)histogram_at(histogram, 0.99) / 1e6, "ms");
        report_add(report, latencies[i].p999, (double)histogram_at(histogram, 0.999) / 1e6, "ms");
        report_add(report, latencies[i].max, (double)histogram->max / 1e6, "ms");
    }
}

void report_print(const struct report *report, const char *scenario, bool json)
{
    if (!json)
        printf("%s\n", scenario);
    else
        printf("{\"scenario\":\"%s\"", scenario);
    for (size_t i = 0; i < report->count; i++) {
        const struct figure *figure = &report->figures[i];
        if (json)
            printf(",\"%s\":%.10g", figure->name, figure->value);
        else if (figure->value >= 100)
            printf("  %-24s %14.0f %s\n", figure->name, figure->value, figure->unit);
        else
            printf("  %-24s %14.2f %s\n", figure->name, figure->value, figure->unit);
    }
    if (json)
        printf("}\n");
}
