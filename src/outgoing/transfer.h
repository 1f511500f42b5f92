/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One request as libcurl sees it: the options that keep it within its limits, and what came back. */
#ifndef OUTGOING_TRANSFER_H
#define OUTGOING_TRANSFER_H

#include "base/strbuf.h"
#include "outgoing/client.h"
#include "outgoing/curl_lib.h"

struct transfer {
    struct transfer *next;           /* waiting for the thread */
    struct transfer *before, *after; /* under way */
    struct arena arena;              /* it lives in its own */
    struct outgoing_request request;
    enum outgoing_reach reach;
    bool out_of_reach, too_large;
    CURL *easy;
    struct curl_slist *headers;
    struct strbuf body;
};

/* A copy. NULL: a header or the address is not of the form that may be sent. */
struct transfer *transfer_new(const struct outgoing_request *request, enum outgoing_reach reach);
/* Fills easy. RC_NOMEM. */
enum rc transfer_prepare(struct transfer *transfer, const struct curl_lib *lib) MUST_USE;
/* Tells done() how it ended, and frees it. lib may be NULL when it was never prepared. */
void transfer_end(struct transfer *transfer, const struct curl_lib *lib, CURLcode code);
void transfer_give_up(struct transfer *transfer, const struct curl_lib *lib, enum outgoing_outcome outcome);

#endif
