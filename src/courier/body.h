/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a transaction says: events in client format (spec: Application Service API, "Pushing events"). Made anew for
 * each attempt from the positions that were chosen, so that a service that is away costs no memory. Two attempts differ
 * only where somebody has redacted or erased something in between: then it is not sent.
 */
#ifndef COURIER_BODY_H
#define COURIER_BODY_H

#include "store/rooms.h"

/* Appends {"events":[…]} with "ephemeral":[…] of the given text, when there is some. */
enum rc body_add(struct tx *tx, const int64_t *positions, size_t count, str ephemeral, struct strbuf *out) MUST_USE;

#endif
