/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How much waits for each device, for the bounds of to_device.h. Counted from the rows once, then kept in memory by
 * the writer alone: never less than the truth (rows may go behind its back), and counted anew before anything is
 * dropped for it.
 */
#ifndef STORE_TO_DEVICE_QUEUE_H
#define STORE_TO_DEVICE_QUEUE_H

#include "store/to_device.h"

struct to_device_queues;

struct to_device_queues *to_device_queues_new(void);
void to_device_queues_free(struct to_device_queues **queues);

/* WRITE. Makes room for a message of that size and counts it in. */
enum rc to_device_queue_take(struct tx *tx, struct to_device_place of, size_t size) MUST_USE;
/* Something was taken out: the next one counts. */
void to_device_queue_recount(struct tx *tx, uint64_t device_nid);

#endif
