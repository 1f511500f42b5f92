/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What parses can be written and parsed again, and a canonical form is its own canonical form. */
#include "json/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(struct arena *arena, yyjson_val *root)
{
    yyjson_val *again;
    must(json_parse(arena, json_text(arena, root), &again, NULL) == RC_OK);
    must(yyjson_equals(root, again));
}

static void check_canonical(struct arena *arena, yyjson_val *root)
{
    struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT, built = STRBUF_INIT;
    yyjson_val *again;
    enum rc rc = json_canonical(&once, root, NULL);
    must(json_mut_canonical(&built, yyjson_val_mut_copy(json_new(arena), root), NULL) == rc);
    if (rc == RC_OK) {
        must(str_eq(strbuf_str(&once), strbuf_str(&built)));
        must(json_parse(arena, strbuf_str(&once), &again, NULL) == RC_OK);
        must(json_canonical(&twice, again, NULL) == RC_OK);
        must(str_eq(strbuf_str(&once), strbuf_str(&twice)));
    }
    strbuf_fini(&once);
    strbuf_fini(&twice);
    strbuf_fini(&built);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    yyjson_val *root;
    if (json_parse(&arena, str_from(data, size), &root, NULL) == RC_OK) {
        must(str_is_utf8(str_from(data, size)));
        check_text(&arena, root);
        check_canonical(&arena, root);
    }
    arena_fini(&arena);
    return 0;
}
