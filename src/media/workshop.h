/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Where pictures are decoded: a process of its own without files, network and rights (media/sandbox.h), and in it one
 * process more for each picture, so that a hostile one can neither hurt the server nor see or change another.
 *
 * It is started with the first picture, from the program's own file (see workshop_main()), and ends when it has had
 * nothing to do for WORKSHOP_IDLE_MS. Functions may be called from several threads; they wait, so not from a loop.
 */
#ifndef MEDIA_WORKSHOP_H
#define MEDIA_WORKSHOP_H

#include "media/thumbnail.h"

enum {
    WORKSHOP_MAX_MS = 10000, /* for one picture */
    WORKSHOP_IDLE_MS = 60000,
};
/* The only argument of a process that is to be a workshop. */
#define WORKSHOP_ARGUMENT "--workshop"

struct workshop;

/* Starts nothing yet. max_ms: a picture that takes longer is given up. The process ends with the thread that started
 * it: threads that come here live as long as the workshop. */
struct workshop *workshop_new(int max_ms);
/* Nobody may be in workshop_make(). */
void workshop_free(struct workshop **workshop);

/* The bytes of a picture, piece by piece; from the beginning each time begin() is called. */
struct workshop_source {
    enum rc (*begin)(struct workshop_source *source, uint64_t *ret_size);
    enum rc (*next)(struct workshop_source *source, struct strbuf *buf);
};

/*
 * Appends what thumbnail_make() makes of the picture. RC_INVALID, RC_TOO_LARGE: as it says. RC_EXPIRED: the picture
 * took too long, or its process died of it: it should not be tried again soon. RC_BUSY: not the picture's fault.
 * RC_UNSUPPORTED: this machine has no libvips, or cannot shut it in. Or what source says.
 */
enum rc workshop_make(struct workshop *workshop, struct workshop_source *source, const struct thumbnail_wish *wish,
                      struct strbuf *out) MUST_USE;
/* Clears away a process that has ended. Never waits. */
void workshop_tend(struct workshop *workshop);
/* Starts one and asks which parts of the sandbox hold (media/sandbox.h). RC_UNSUPPORTED: no libvips. */
enum rc workshop_look(unsigned *ret_parts) MUST_USE;

/* What main() does in a process whose only argument is WORKSHOP_ARGUMENT. */
int workshop_main(void);

#endif
