/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every module of endpoints there is. A module not listed here does not exist. */
#include "api/endpoint.h"

extern const struct endpoint_module health_module;
extern const struct endpoint_module sync_module;

const struct endpoint_module *const endpoint_modules[] = {
    &health_module,
    &sync_module,
};

const size_t endpoint_module_count = sizeof endpoint_modules / sizeof *endpoint_modules;
