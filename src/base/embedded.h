/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A file that is part of the program: tools/embed-files writes tables of them. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* NULL ends a table */
    const unsigned char *bytes;
    size_t len;
};

#endif
