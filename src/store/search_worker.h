/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The thread that builds the index (search_build.h) behind the writer: woken by commits, it waits for more of them. No
 * commit waits for it, and what it writes may be lost with the power: it then begins a little earlier.
 */
#ifndef STORE_SEARCH_WORKER_H
#define STORE_SEARCH_WORKER_H

#include "store/store.h"

struct search_worker;

/* The reader's number is its own. What is said within interval_ms is indexed together. */
enum rc search_worker_start(struct store *store, int reader, int64_t interval_ms, struct search_worker **ret_worker,
                            struct error *err) MUST_USE;
/* Before the store is closed, when nothing is written any more. NULL is fine. */
void search_worker_stop(struct search_worker *worker);
/* After the store is closed, which may have called the worker until then. */
void search_worker_free(struct search_worker **worker);

#endif
