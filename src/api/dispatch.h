/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A request's way: head → route, body limit; whole → who asks, limits, JSON, slow step, READ / WRITE / PARK → answer.
 * These are the callbacks net calls (see net/http.h); ctx is the struct server.
 */
#ifndef API_DISPATCH_H
#define API_DISPATCH_H

#include "api/server.h"

void dispatch_head(void *ctx, struct http_request *request);
void dispatch_request(void *ctx, struct http_request *request);
void dispatch_gone(void *ctx, struct http_request *request);
void dispatch_error(void *ctx, int status, struct http_response *ret_response);

#endif
