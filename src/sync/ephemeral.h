/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Typing and receipts of a room, as m.typing and m.receipt events. */
#ifndef SYNC_EPHEMERAL_H
#define SYNC_EPHEMERAL_H

#include "sync/delivery.h"

/* Appends the events, comma-separated; *ret_count is how many. */
enum rc ephemeral_add(struct sync_request *request, const struct delivery *delivery, struct strbuf *out,
                      size_t *ret_count) MUST_USE;

#endif
