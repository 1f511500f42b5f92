/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The written form of an archive's header. */
#ifndef BACKUP_ARCHIVE_PRIVATE_H
#define BACKUP_ARCHIVE_PRIVATE_H

#include "backup/archive.h"

enum {
    AT_KIND = 8,
    AT_MADE = 16,
    AT_EXPIRES = 24,
    AT_RECIPIENT = 32,
    AT_KEY = 64,
    AT_STREAM = 144,
};
#define ARCHIVE_MAGIC "PARLEYB1"
_Static_assert(AT_STREAM + CRYPTO_STREAM_HEADER == ARCHIVE_HEADER, "the header's parts");

static inline void put_be(unsigned char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
}

static inline uint64_t get_be(const unsigned char *from, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | from[i];
    return value;
}

#endif
