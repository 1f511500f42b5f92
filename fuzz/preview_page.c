/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages from anywhere: whatever they say of themselves is UTF-8 and within its bounds. */
#include "preview/page.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(str text, size_t limit)
{
    if (text.len > limit || !str_is_utf8(text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct preview_page page;
    /* The first line is what the head says of the body. */
    str type, html = str_split(str_from(data, size), '\n', &type);
    if (preview_page_read(html, preview_charset(type), &arena, &page) == RC_OK) {
        demand(page.title, PAGE_TITLE_MAX);
        demand(page.description, PAGE_DESCRIPTION_MAX);
        demand(page.site_name, PAGE_TITLE_MAX);
        demand(page.type, PAGE_TITLE_MAX);
        demand(page.image, PAGE_ADDRESS_MAX);
    }
    arena_fini(&arena);
    return 0;
}
