/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Asks a page what it is about, and for the picture it names. Each step, redirects included, goes to a host the
 * operator lists and, unless it is one of the operator's own network by name, to an address of the public internet:
 * judged of the address the connection is made to, so that a name that answers differently the second time gains
 * nothing. Nothing of who asked goes along.
 */
#ifndef PREVIEW_FETCH_H
#define PREVIEW_FETCH_H

#include "preview/page.h"

struct config;
struct env;
struct previews;

enum {
    PREVIEW_BYTES_MAX = 4 * 1024 * 1024, /* of a page, and of a picture */
    PREVIEW_STEPS_MAX = 5,               /* redirects to the page, and to the picture */
    PREVIEW_PAGE_MS = 8 * 1000,          /* for all of the page's */
    PREVIEW_IMAGE_MS = 8 * 1000,
};

struct preview_found {
    struct preview_page page; /* all empty when there was none */
    str image;                /* bytes; whatever the other server calls a picture */
};

/* config must outlive it. */
struct previews *previews_new(struct env *env, const struct config *config);
/* What is under way is given up: done() is called for it. */
void previews_stop(struct previews *previews);
/* Stops first. NULL is fine. */
void previews_free(struct previews **previews);

/* Is there anything the operator lets be asked? */
bool previews_on(const struct previews *previews);
/* Reads an address as it would be asked for. RC_INVALID: none of a page; RC_FORBIDDEN: of a host that is not listed. */
enum rc previews_read_url(const struct previews *previews, struct arena *arena, str text, str *ret_url) MUST_USE;
/* url is of previews_read_url(). done() is called exactly once, on another thread or, when nothing can be sent, on this
 * one; what it gets is valid during the call. It must not wait. */
void previews_fetch(struct previews *previews, str url, void (*done)(void *ctx, const struct preview_found *found),
                    void *ctx);

#endif
