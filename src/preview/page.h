/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a page says of itself in its head (https://ogp.me, and what pages say who know nothing of it). */
#ifndef PREVIEW_PAGE_H
#define PREVIEW_PAGE_H

#include "base/arena.h"

enum {
    PAGE_TITLE_MAX = 300, /* bytes; longer ones are cut between characters */
    PAGE_DESCRIPTION_MAX = 1000,
    PAGE_ADDRESS_MAX = 2048, /* a longer one is none */
};

/* UTF-8, spaces and line ends made one space each; empty: not said. */
struct preview_page {
    str title, description, site_name, type;
    str image; /* an address, perhaps relative to the page's own */
};

/* SLOW: for the pool. charset as the answer's head names it, STR_NONE: as the page itself says. In the arena. What is
 * no HTML has nothing to say. RC_UNSUPPORTED: this machine has no libxml2. */
enum rc preview_page_read(str html, str charset, struct arena *arena, struct preview_page *ret_page) MUST_USE;

/* The charset parameter of a Content-Type, or STR_NONE. */
str preview_charset(str content_type);

#endif
