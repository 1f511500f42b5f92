/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/metrics.h"

#include "api/router.h"
#include "api/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_CLASSES = 6 }; /* 1xx … 5xx by first digit */

struct endpoint_counters {
    _Atomic uint64_t by_class[STATUS_CLASSES];
    _Atomic uint64_t time_us;
};

struct metrics {
    size_t count;
    struct endpoint_counters endpoints[];
};

struct metrics *metrics_new(size_t endpoint_count)
{
    struct metrics *metrics = xcalloc(1, sizeof *metrics + endpoint_count * sizeof *metrics->endpoints);
    metrics->count = endpoint_count;
    return metrics;
}

void metrics_free(struct metrics **metrics)
{
    free(*metrics);
    *metrics = NULL;
}

int64_t metrics_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void metrics_count(struct server *server, size_t route_index, int status, int64_t started_us)
{
    struct endpoint_counters *counters = &server->metrics->endpoints[route_index];
    int class = status / 100;
    if (class < 0 || class >= STATUS_CLASSES)
        class = 5;
    atomic_fetch_add_explicit(&counters->by_class[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters->time_us, (uint64_t)(metrics_now_us() - started_us), memory_order_relaxed);
}

static void add_metric(struct strbuf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    strbuf_printf(out, "# HELP parley_%s %s\n# TYPE parley_%s %s\nparley_%s %llu\n", name, help, name, type, name,
                  (unsigned long long)value);
}

static uint64_t resident_bytes(void)
{
    unsigned long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file) {
        if (fscanf(file, "%lu %lu", &pages, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void add_endpoints(struct server *server, struct strbuf *out)
{
    strbuf_add(out, S("# HELP parley_requests_total Requests answered.\n# TYPE parley_requests_total counter\n"));
    for (size_t i = 0; i < server->metrics->count; i++)
        for (int class = 1; class < STATUS_CLASSES; class ++) {
            uint64_t n = atomic_load_explicit(&server->metrics->endpoints[i].by_class[class], memory_order_relaxed);
            if (n)
                strbuf_printf(out, "parley_requests_total{endpoint=\"%s\",status=\"%dxx\"} %llu\n",
                              router_endpoint_at(server->router, i)->name, class, (unsigned long long)n);
        }
    strbuf_add(out, S("# HELP parley_request_seconds_total Time from whole request to answer.\n"
                      "# TYPE parley_request_seconds_total counter\n"));
    for (size_t i = 0; i < server->metrics->count; i++) {
        uint64_t us = atomic_load_explicit(&server->metrics->endpoints[i].time_us, memory_order_relaxed);
        if (us)
            strbuf_printf(out, "parley_request_seconds_total{endpoint=\"%s\"} %.6f\n",
                          router_endpoint_at(server->router, i)->name, (double)us / 1e6);
    }
}

void metrics_write(struct server *server, struct strbuf *out)
{
    struct http_stats http;
    struct store_stats store;
    http_server_stats(server->http, &http);
    store_stats(server->store, &store);
    add_metric(out, "connections", "gauge", "Open client connections.", http.connections_now);
    add_metric(out, "connections_total", "counter", "Client connections accepted.", http.connections_total);
    add_metric(out, "refused_total", "counter", "Connections and requests refused by the transport.",
               http.refused_total);
    add_metric(out, "received_bytes_total", "counter", "Bytes received.", http.bytes_in);
    add_metric(out, "sent_bytes_total", "counter", "Bytes sent.", http.bytes_out);
    add_metric(out, "commits_total", "counter", "Group commits.", store.commits);
    add_metric(out, "writes_total", "counter", "Write jobs run.", store.jobs);
    add_metric(out, "writes_failed_total", "counter", "Write jobs refused or failed.", store.jobs_failed);
    add_metric(out, "write_queue", "gauge", "Write jobs waiting.", store.queue_now);
    add_metric(out, "commit_microseconds_total", "counter", "Time spent making commits durable.",
               store.commit_us_total);
    add_metric(out, "write_microseconds_total", "counter", "Time spent running write jobs.", store.run_us_total);
    add_metric(out, "resident_bytes", "gauge", "Memory of the process.", resident_bytes());
    add_endpoints(server, out);
}
