/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What application services answer, any bytes: what clients are given of it is of the specification's form. */
#include "courier/lookup.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct appservice one = {.id = STR_INIT("one")}, two = {.id = STR_INIT("two")};

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Can be written, and read again. */
static yyjson_val *again(struct arena *arena, yyjson_mut_val *value)
{
    yyjson_val *root;
    must(json_parse(arena, json_mut_text(arena, value), &root, NULL) == RC_OK);
    return root;
}

static void look_up(struct arena *arena, str answer, enum lookup_kind kind, const char *id_name)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    if (lookup_add_items(arena, answer, kind, doc, list) != RC_OK)
        return;
    must(yyjson_mut_arr_size(list) <= LOOKUP_MOST_ITEMS);
    yyjson_val *root = again(arena, list), *item;
    size_t i, count;
    yyjson_arr_foreach(root, i, count, item)
    {
        must(yyjson_is_str(yyjson_obj_get(item, id_name)) && yyjson_is_str(yyjson_obj_get(item, "protocol")));
        must(yyjson_is_obj(yyjson_obj_get(item, "fields")) && yyjson_obj_size(item) == 3);
    }
}

static void protocol(struct arena *arena, str answer)
{
    yyjson_mut_doc *doc = json_new(arena);
    yyjson_mut_val *merged = NULL;
    if (lookup_merge_protocol(arena, answer, &one, doc, &merged) != RC_OK) {
        must(!merged);
        return;
    }
    must(lookup_merge_protocol(arena, answer, &two, doc, &merged) == RC_OK);
    yyjson_val *root = again(arena, merged), *item;
    must(yyjson_is_arr(yyjson_obj_get(root, "user_fields")) && yyjson_is_arr(yyjson_obj_get(root, "location_fields")));
    must(yyjson_is_str(yyjson_obj_get(root, "icon")) && yyjson_is_obj(yyjson_obj_get(root, "field_types")));
    size_t i, count;
    yyjson_arr_foreach(yyjson_obj_get(root, "instances"), i, count, item)
    {
        must(yyjson_is_str(yyjson_obj_get(item, "network_id")) && yyjson_is_str(yyjson_obj_get(item, "desc")));
        must(yyjson_is_str(yyjson_obj_get(item, "instance_id")) && yyjson_is_obj(yyjson_obj_get(item, "fields")));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    str answer = str_from(data, size);
    look_up(&arena, answer, LOOKUP_USERS, "userid");
    look_up(&arena, answer, LOOKUP_LOCATIONS, "alias");
    protocol(&arena, answer);
    arena_fini(&arena);
    return 0;
}
