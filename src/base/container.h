/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From an embedded member back to the struct it is embedded in. */
#ifndef BASE_CONTAINER_H
#define BASE_CONTAINER_H

#include <stddef.h>

#define CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#endif
