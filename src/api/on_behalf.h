/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A call with an application service's token: in whose name, and what such calls may (spec: Application Service API,
 * "Identity assertion"). A service acts for the accounts that services keep: its own, and those it has registered in
 * its namespaces. A person's account is never acted for, whichever expression matches it (docs/decisions/0008).
 */
#ifndef API_ON_BEHALF_H
#define API_ON_BEHALF_H

#include "api/call.h"

/* The services registered now. */
const struct appservices *services_now(const struct server *server);

/* Fills call->who, and names the service in the call's act. On failure the error is set on the call. */
enum rc on_behalf_authenticate(struct call *call, const struct appservice *service) MUST_USE;
/* Of an endpoint that is for services without anybody in whose name (SERVICE_BARE): only call->who.service. */
void on_behalf_note_service(struct call *call, const struct appservice *service);

/* The service's own account is never held up, those it keeps only where its registration says so. */
bool on_behalf_is_limited(const struct call *call);

#endif
