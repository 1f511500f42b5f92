/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Unpredictable bytes, fit for keys, tokens and nonces: what env_system() gives. Thread-safe. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

void random_bytes(void *ret_bytes, size_t len);

#endif
