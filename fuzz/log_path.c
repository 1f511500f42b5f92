/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paths of the public log from anywhere: what is accepted is in bounds, and the only spelling of what it names. */
#include "privacy/log_path.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    struct log_path path;
    str text = str_from(data, size);
    if (log_path_parse(text, &path) == RC_OK) {
        if (path.level < 0 || path.level > LOG_LEVEL_MAX || path.width < 1 || path.width > LOG_TILE_WIDTH)
            abort();
        if (!str_eq(log_path_text(&arena, &path), text))
            abort();
    }
    arena_fini(&arena);
    return 0;
}
