/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the dispatcher keeps of a call beside what handlers see. */
#ifndef API_CALL_PRIVATE_H
#define API_CALL_PRIVATE_H

#include "api/barrier.h"
#include "api/call.h"
#include "api/pool.h"
#include "store/gate.h"

struct query_pair {
    str name, value;
};

struct call_private {
    struct call *call;
    struct loop_task on_loop; /* brings the call back to its loop */
    struct pool_task on_pool; /* the slow step */
    struct write_job job;     /* the WRITE step */
    struct barrier barrier;   /* of an endpoint that settles */
    struct act act;           /* what the endpoint declares, by whom */
    struct tx read_tx;
    size_t route_index;
    int64_t started_us;
    enum rc rc;

    /* call_fail() */
    int fail_status;
    const char *fail_code, *fail_text;
    str fail_more;
    struct error *err; /* made when the first thing goes wrong */

    struct query_pair *query;
    size_t query_count;
    bool query_parsed;

    /* call_park() */
    bool parked;
    bool preparing; /* what comes next is the slow step or run(), not the answer */
    bool answered;  /* by prepare() */
    void (*on_gone)(struct call *call, void *ctx);
    void *gone_ctx;
};

/* The error answer for an rc and what the handler said, into call->out and call->status. */
void call_write_error(struct call *call, enum rc rc);
/* {"errcode":…,"error":…} of static words, for answers before there is a call. */
void error_body(struct strbuf *out, const char *errcode, const char *text, str more_members);

#endif
