/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Answers that are too much for one piece of work: made page by page while the client takes them, so that the loop
 * serves others between two pages and holds no more than one of them. What fits one page is answered like anything
 * else.
 *
 * Each page is a unit of work of its own, for what the endpoint declares, and begins as a request does: who asks is
 * asked anew. What goes wrong with the first page is answered. Behind it there is no answer to give: the connection is
 * cut, so that the client knows that it has not got all, asks again, and is told.
 */
#ifndef API_PAGES_H
#define API_PAGES_H

#include "api/call.h"

/* Appends a page of JSON text, never an empty one, to call->out. What call->tx gives out is gone behind it;
 * call->arena, call->who and ctx live until the last. */
typedef enum rc (*page_fn)(struct call *call, void *ctx, bool *ret_more);
/* READ: what run() returns. */
enum rc call_reply_pages(struct call *call, page_fn next, void *ctx) MUST_USE;

#endif
