/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/pages.h"

#include "api/auth.h"
#include "api/call_private.h"
#include "api/server.h"
#include "base/container.h"
#include "base/log.h"

struct pages {
    struct http_source source;
    struct call *call;
    page_fn next;
    void *ctx;
    bool more;
    struct arena arena; /* of one page */
};

/* Since the last page they may have signed out, or be no more. */
static enum rc ask_anew(struct call *call)
{
    const struct caller who = call->who;
    enum rc rc = call_authenticate(call);
    call->who = who;
    return rc;
}

static enum rc add_page(struct pages *pages, bool first)
{
    struct call *call = pages->call;
    struct tx tx;
    store_read(call->server->store, loop_index(call->http->loop), &call->p->act, &pages->arena, &tx);
    call->tx = &tx;
    enum rc rc = first ? RC_OK : ask_anew(call);
    if (rc == RC_OK)
        rc = pages->next(call, pages->ctx, &pages->more);
    call->tx = &call->p->read_tx;
    arena_fini(&pages->arena);
    return rc;
}

static enum rc pages_next(struct http_source *source, struct strbuf *buf)
{
    struct pages *pages = CONTAINER_OF(source, struct pages, source);
    struct call *call = pages->call;
    if (call->out.len) { /* the first, which was there before the answer began */
        strbuf_add(buf, strbuf_str(&call->out));
        strbuf_fini(&call->out);
        return RC_OK;
    }
    if (!pages->more)
        return RC_OK;
    call->out = *buf;
    enum rc rc = add_page(pages, false);
    *buf = call->out;
    call->out = STRBUF_INIT;
    if (rc != RC_OK)
        log_event(LOG_INFO, "answer broken off", LOG_TEXT("endpoint", call->endpoint->name),
                  LOG_TEXT("rc", rc_name(rc)));
    return rc;
}

static void pages_close(struct http_source *source)
{
    strbuf_fini(&CONTAINER_OF(source, struct pages, source)->call->out);
}

enum rc call_reply_pages(struct call *call, page_fn next, void *ctx)
{
    struct pages *pages = arena_new(call->arena, struct pages);
    *pages = (struct pages){.source = {pages_next, pages_close}, .call = call, .next = next, .ctx = ctx};
    TRY(add_page(pages, true));
    if (pages->more) {
        call->source = &pages->source;
        call->source_length = HTTP_LENGTH_UNKNOWN;
    }
    return RC_OK;
}
