/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures and films from anywhere: what was stripped is well-formed, and has nothing left to strip. */
#include "media/sniff.h"
#include "media/strip.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str bytes = str_from(data, size), type = media_sniff(bytes);
    struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
    bool known;
    (void)exif_orientation(bytes);
    if (media_strip(type, bytes, &once, &known) == RC_OK && known) {
        demand(str_eq(media_sniff(strbuf_str(&once)), type));
        demand(media_strip(type, strbuf_str(&once), &twice, &known) == RC_OK);
        demand(str_eq(strbuf_str(&once), strbuf_str(&twice)));
    }
    strbuf_fini(&once);
    strbuf_fini(&twice);
    return 0;
}
