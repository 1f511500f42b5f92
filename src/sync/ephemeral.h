/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Typing and receipts of a room, as m.typing and m.receipt events. */
#ifndef SYNC_EPHEMERAL_H
#define SYNC_EPHEMERAL_H

#include "store/receipts.h"
#include "sync/delivery.h"

/* Appends the events, comma-separated; *ret_count is how many. */
enum rc ephemeral_add(struct sync_request *request, const struct delivery *delivery, struct strbuf *out,
                      size_t *ret_count) MUST_USE;

/* {"type":"m.typing",…}; with the room's id where the reader could not tell. */
enum rc ephemeral_add_typing(struct sync_request *request, const struct room *room, bool with_room_id,
                             struct strbuf *out) MUST_USE;
/* m.receipt events, with room_id unless it is empty; *ret_events is raised by how many. Sorts the receipts. single: one
 * event alone, without those that would need a further one (one person's receipts at one event in several threads). */
enum rc ephemeral_add_receipts(struct sync_request *request, str room_id, struct receipt *receipts, size_t count,
                               bool single, struct strbuf *out, size_t *ret_events) MUST_USE;

#endif
