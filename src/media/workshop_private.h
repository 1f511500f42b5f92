/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the server and its workshop say to each other; both are the same program. */
#ifndef MEDIA_WORKSHOP_PRIVATE_H
#define MEDIA_WORKSHOP_PRIVATE_H

#include "media/workshop.h"

/* Where the workshop finds its socket; all other descriptors but the standard ones are closed. */
enum { WORKSHOP_FD = 3 };

/* First of all. */
struct workshop_hello {
    uint32_t parts; /* of the sandbox */
    uint32_t ready; /* has libvips */
};

/* With a socket for one picture; without one it asks whether the workshop is still there, which answers the same. */
struct workshop_order {
    int32_t max_ms;
};

/* Over that socket: this and the picture; then the answer and the small one. */
struct workshop_parcel {
    struct thumbnail_wish wish;
    uint64_t bytes;
};
struct workshop_answer {
    uint32_t rc;
    uint32_t bytes;
};

/* The process of one picture. */
void workshop_bench(int fd);

#endif
