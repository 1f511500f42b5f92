/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whose a name may be: what application services keep for themselves is nobody else's to make or remove, and outside of
 * their namespaces they make nothing (spec: Application Service API, "Server admin style permissions"). */
#ifndef API_SERVICE_NAMES_H
#define API_SERVICE_NAMES_H

#include "api/call.h"

/* M_EXCLUSIVE when it is not the caller's to make. */
enum rc service_check_user(struct call *call, str localpart) MUST_USE;
enum rc service_check_alias(struct call *call, str alias) MUST_USE;

/* Whether the body is of type m.login.application_service: registering or signing in as a service does. Others than
 * services are then refused with 401, and services that ask for anything else with 403. */
enum rc service_signs_in(struct call *call, bool *ret_does) MUST_USE;

#endif
