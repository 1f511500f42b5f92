/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preview/fetch.h"

#include "base/env.h"
#include "outgoing/client.h"
#include "preview/hosts.h"

#include <stdlib.h>

/* Clients of their own: a page that takes long to read holds up nobody's other requests. */
struct previews {
    struct env *env;
    const struct config_list *allowed, *internal;
    struct outgoing_client *public, *within;
};

/* One page and its picture. It lives in its own arena; its steps follow each other on the clients' threads. */
struct fetch {
    struct arena arena;
    struct previews *previews;
    bool for_image;
    int steps;
    int64_t until_ms;
    struct outgoing_url url;
    struct preview_found found;
    void (*done)(void *ctx, const struct preview_found *found);
    void *ctx;
};

struct previews *previews_new(struct env *env, const struct config *config)
{
    struct previews *previews = xcalloc(1, sizeof *previews);
    previews->env = env;
    previews->allowed = &config->previews.allow;
    previews->internal = &config->previews.internal;
    previews->public = outgoing_new(REACH_PUBLIC);
    previews->within = outgoing_new(REACH_CONFIGURED);
    return previews;
}

void previews_stop(struct previews *previews)
{
    outgoing_stop(previews->public);
    outgoing_stop(previews->within);
}

void previews_free(struct previews **previews)
{
    if (!*previews)
        return;
    previews_stop(*previews);
    outgoing_free(&(*previews)->public);
    outgoing_free(&(*previews)->within);
    free(*previews);
    *previews = NULL;
}

bool previews_on(const struct previews *previews)
{
    return previews->allowed->count || previews->internal->count;
}

static bool is_within(const struct previews *previews, const struct outgoing_url *url)
{
    return preview_hosts_have(previews->internal, url);
}

static bool is_listed(const struct previews *previews, const struct outgoing_url *url)
{
    return is_within(previews, url) || preview_hosts_have(previews->allowed, url);
}

enum rc previews_read_url(const struct previews *previews, struct arena *arena, str text, str *ret_url)
{
    struct outgoing_url url;
    TRY(outgoing_url_read(arena, STR_NONE, text, &url));
    *ret_url = url.whole;
    return is_listed(previews, &url) ? RC_OK : RC_FORBIDDEN;
}

/* ---- step by step ---- */

static void finish(struct fetch *fetch)
{
    fetch->done(fetch->ctx, &fetch->found);
    struct arena arena = fetch->arena;
    arena_fini(&arena);
}

static void on_answer(void *ctx, const struct outgoing_answer *answer);

static void ask(struct fetch *fetch)
{
    static const struct outgoing_header accept = {STR_INIT("Accept"),
                                                  STR_INIT("text/html, application/xhtml+xml, image/*")};
    struct previews *previews = fetch->previews;
    int64_t left = fetch->until_ms - env_steady_ms(previews->env);
    const struct outgoing_request request = {
        .method = OUTGOING_GET,
        .url = fetch->url.whole,
        .headers = &accept,
        .header_count = 1,
        .timeout_ms = left,
        .answer_limit = PREVIEW_BYTES_MAX,
        .done = on_answer,
        .ctx = fetch,
    };
    if (left <= 0 || fetch->steps++ > PREVIEW_STEPS_MAX || !is_listed(previews, &fetch->url))
        finish(fetch);
    else
        outgoing_send(is_within(previews, &fetch->url) ? previews->within : previews->public, &request);
}

static void go_to(struct fetch *fetch, str base, str reference)
{
    struct outgoing_url url;
    bool was_secure = str_starts(fetch->url.whole, S("https:"));
    if (outgoing_url_read(&fetch->arena, base, reference, &url) != RC_OK
        || (was_secure && !str_starts(url.whole, S("https:")))) {
        finish(fetch);
        return;
    }
    fetch->url = url;
    ask(fetch);
}

static bool is_type(const struct outgoing_answer *answer, str type)
{
    str said;
    str_split(answer->content_type, ';', &said);
    return str_eq_nocase(str_head(str_trim(said), type.len), type);
}

static void take_page(struct fetch *fetch, const struct outgoing_answer *answer)
{
    str charset = preview_charset(answer->content_type);
    struct preview_page *page = &fetch->found.page;
    if (preview_page_read(answer->body, charset, &fetch->arena, page) != RC_OK || !page->image.len) {
        finish(fetch);
        return;
    }
    fetch->for_image = true;
    fetch->steps = 0;
    fetch->until_ms = env_steady_ms(fetch->previews->env) + PREVIEW_IMAGE_MS;
    go_to(fetch, fetch->url.whole, page->image);
}

/* On a client's thread. */
static void on_answer(void *ctx, const struct outgoing_answer *answer)
{
    struct fetch *fetch = ctx;
    bool answered = answer->outcome == OUTGOING_ANSWERED;
    if (answered && answer->status / 100 == 3 && answer->redirect.len) {
        go_to(fetch, STR_NONE, answer->redirect);
        return;
    }
    bool good = answered && answer->status == 200;
    if (good && !fetch->for_image && (is_type(answer, S("text/html")) || is_type(answer, S("application/xhtml+xml")))) {
        take_page(fetch, answer);
        return;
    }
    if (good && is_type(answer, S("image/")))
        fetch->found.image = answer->body;
    finish(fetch);
}

void previews_fetch(struct previews *previews, str url, void (*done)(void *ctx, const struct preview_found *found),
                    void *ctx)
{
    struct arena arena = ARENA_INIT;
    struct fetch *fetch = arena_new(&arena, struct fetch);
    *fetch = (struct fetch){.previews = previews,
                            .until_ms = env_steady_ms(previews->env) + PREVIEW_PAGE_MS,
                            .done = done,
                            .ctx = ctx,
                            .arena = arena};
    go_to(fetch, STR_NONE, url);
}
