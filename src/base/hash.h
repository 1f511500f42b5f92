/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SipHash-1-3 under a key drawn once per process: for in-memory tables only, never stored or shown. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *ptr, size_t len);
uint64_t hash_u64(uint64_t value);

#endif
