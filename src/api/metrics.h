/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counters by endpoint, for the operator's Prometheus. Never by person, room or address. */
#ifndef API_METRICS_H
#define API_METRICS_H

#include "base/strbuf.h"

struct server;
struct metrics;

struct metrics *metrics_new(size_t endpoint_count);
void metrics_free(struct metrics **metrics);
void metrics_count(struct server *server, size_t route_index, int status, int64_t started_us);
/* Text exposition format 0.0.4. */
void metrics_write(struct server *server, struct strbuf *out);
int64_t metrics_now_us(void);

#endif
