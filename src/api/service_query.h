/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * People and rooms that do not exist yet but may as soon as an application service is asked (spec: Application Service
 * API, "Querying"). For prepare(): what comes after it looks for them as if nothing had happened, and finds what the
 * service has made. Nobody waits where the id is in no service's namespace, or exists, and who has not signed in
 * sets no service to work.
 */
#ifndef API_SERVICE_QUERY_H
#define API_SERVICE_QUERY_H

#include "api/call.h"

/* 408 when the services' answers did not come. */
enum rc service_query_user(struct call *call, str user_id) MUST_USE;
enum rc service_query_alias(struct call *call, str alias) MUST_USE;

/* prepare() of endpoints whose first path parameter it is, and of those whose body has a user_id. */
enum rc service_query_user_param(struct call *call) MUST_USE;
enum rc service_query_user_body(struct call *call) MUST_USE;
enum rc service_query_alias_param(struct call *call) MUST_USE;

#endif
