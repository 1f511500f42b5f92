/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The half of a RoomEventFilter that needs the store: an event passes when some child of it fits. */
#ifndef SYNC_FILTER_RELATED_H
#define SYNC_FILTER_RELATED_H

#include "store/events.h"
#include "sync/filter.h"

/* related_by_senders and related_by_rel_types of the filter. Only children the reader may see count. */
enum rc filter_related_allows(struct tx *tx, const struct room *room,
                              const struct visibility *visibility /* NULL: sees everything */,
                              const struct event_filter *filter, const struct event *event, bool *ret_allowed) MUST_USE;

#endif
