/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* GET /metrics and /health on an address of their own, for the operator's monitoring only. */
#ifndef API_METRICS_LISTENER_H
#define API_METRICS_LISTENER_H

#include "api/server.h"

enum rc metrics_listener_open(struct server *server, struct http_server **ret_http, struct error *err) MUST_USE;

#endif
