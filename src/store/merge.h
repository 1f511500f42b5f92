/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Moving the newest events' index (recent.h) into the tables room_event, event_ref and txn: a run of events at a time,
 * each table in the order of its own key, in small steps inside the commits that bring new events. stream.merged is
 * written with the last step; after a crash the run is merged anew.
 */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "store/store_private.h"

struct merge;

/* Reads the newest events back into store->recent. */
enum rc merge_new(struct store *store, struct merge **ret_merge, struct error *err) MUST_USE;
void merge_free(struct merge **merge);
/* Inside the transaction of a commit that brings `events` new events; committed: the position before it. */
enum rc merge_step(struct merge *merge, struct db *chat, int64_t committed, int64_t events, struct error *err) MUST_USE;
/* What became of that commit. */
void merge_kept(struct merge *merge);
void merge_undone(struct merge *merge);
/* For tests: runs of so many events, beginning with so many waiting beyond it. Before any run has begun. */
void merge_set_run(struct merge *merge, size_t run_events, size_t slack);
int64_t merge_position(const struct merge *merge); /* the tables are complete up to here */

#endif
