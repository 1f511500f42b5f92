/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "courier/lookup.h"

static yyjson_mut_val *copy_text(yyjson_mut_doc *doc, yyjson_val *value)
{
    return yyjson_mut_strncpy(doc, yyjson_get_str(value), yyjson_get_len(value));
}

/* The members of an object that keep() makes a value of. */
static yyjson_mut_val *copy_members(yyjson_mut_doc *doc, yyjson_val *object,
                                    yyjson_mut_val *(*keep)(yyjson_mut_doc *doc, yyjson_val *value))
{
    yyjson_mut_val *copy = yyjson_mut_obj(doc);
    size_t i, count, kept = 0;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, count, key, value)
    {
        yyjson_mut_val *member = kept < LOOKUP_MOST_FIELDS ? keep(doc, value) : NULL;
        kept += member != NULL;
        if (member)
            yyjson_mut_obj_add(copy, copy_text(doc, key), member);
    }
    return copy;
}

static yyjson_mut_val *keep_text(yyjson_mut_doc *doc, yyjson_val *value)
{
    return yyjson_is_str(value) ? copy_text(doc, value) : NULL;
}

static void set_text(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *name, yyjson_val *value)
{
    yyjson_mut_obj_add_val(doc, object, name, copy_text(doc, value));
}

/* ---- people and locations ---- */

static void add_item(yyjson_val *item, const char *id_name, yyjson_mut_doc *doc, yyjson_mut_val *list)
{
    yyjson_val *id = yyjson_obj_get(item, id_name), *protocol = yyjson_obj_get(item, "protocol");
    yyjson_val *fields = yyjson_obj_get(item, "fields");
    if (!yyjson_is_str(id) || !yyjson_is_str(protocol) || !yyjson_is_obj(fields))
        return;
    yyjson_mut_val *copy = yyjson_mut_arr_add_obj(doc, list);
    set_text(doc, copy, id_name, id);
    set_text(doc, copy, "protocol", protocol);
    yyjson_mut_obj_add_val(doc, copy, "fields", copy_members(doc, fields, keep_text));
}

enum rc lookup_add_items(struct arena *arena, str answer, enum lookup_kind kind, yyjson_mut_doc *doc,
                         yyjson_mut_val *list)
{
    yyjson_val *root, *item;
    size_t i, count;
    TRY(json_parse(arena, answer, &root, NULL));
    if (!yyjson_is_arr(root))
        return RC_BAD_JSON;
    yyjson_arr_foreach(root, i, count, item)
    {
        if (i < LOOKUP_MOST_ITEMS)
            add_item(item, kind == LOOKUP_USERS ? "userid" : "alias", doc, list);
    }
    return RC_OK;
}

/* ---- protocols ---- */

static yyjson_mut_val *copy_names(yyjson_mut_doc *doc, yyjson_val *names)
{
    yyjson_mut_val *copy = yyjson_mut_arr(doc);
    yyjson_val *name;
    size_t i, count;
    yyjson_arr_foreach(names, i, count, name)
    {
        if (i < LOOKUP_MOST_FIELDS && yyjson_is_str(name))
            yyjson_mut_arr_append(copy, copy_text(doc, name));
    }
    return copy;
}

static yyjson_mut_val *keep_field_type(yyjson_mut_doc *doc, yyjson_val *type)
{
    yyjson_val *regexp = yyjson_obj_get(type, "regexp"), *placeholder = yyjson_obj_get(type, "placeholder");
    if (!yyjson_is_str(regexp) || !yyjson_is_str(placeholder))
        return NULL;
    yyjson_mut_val *copy = yyjson_mut_obj(doc);
    set_text(doc, copy, "regexp", regexp);
    set_text(doc, copy, "placeholder", placeholder);
    return copy;
}

/* Without its instances. */
static yyjson_mut_val *new_protocol(yyjson_val *root, yyjson_mut_doc *doc)
{
    yyjson_val *icon = yyjson_obj_get(root, "icon");
    yyjson_mut_val *protocol = yyjson_mut_obj(doc);
    yyjson_mut_obj_add_val(doc, protocol, "user_fields", copy_names(doc, yyjson_obj_get(root, "user_fields")));
    yyjson_mut_obj_add_val(doc, protocol, "location_fields", copy_names(doc, yyjson_obj_get(root, "location_fields")));
    yyjson_mut_obj_add_val(doc, protocol, "icon", yyjson_is_str(icon) ? copy_text(doc, icon) : yyjson_mut_str(doc, ""));
    yyjson_mut_obj_add_val(doc, protocol, "field_types",
                           copy_members(doc, yyjson_obj_get(root, "field_types"), keep_field_type));
    yyjson_mut_obj_add_arr(doc, protocol, "instances");
    return protocol;
}

static void add_instance(struct arena *arena, yyjson_val *instance, const struct appservice *service,
                         yyjson_mut_doc *doc, yyjson_mut_val *list)
{
    yyjson_val *network = yyjson_obj_get(instance, "network_id"), *desc = yyjson_obj_get(instance, "desc");
    yyjson_val *fields = yyjson_obj_get(instance, "fields"), *icon = yyjson_obj_get(instance, "icon");
    if (!yyjson_is_str(network) || !yyjson_is_str(desc) || !yyjson_is_obj(fields))
        return;
    yyjson_mut_val *copy = yyjson_mut_arr_add_obj(doc, list);
    set_text(doc, copy, "network_id", network);
    set_text(doc, copy, "desc", desc);
    if (yyjson_is_str(icon))
        set_text(doc, copy, "icon", icon);
    yyjson_mut_obj_add_val(doc, copy, "fields", copy_members(doc, fields, keep_text));
    json_set_str(doc, copy, "instance_id", appservice_instance_id(arena, service, json_str_of(network)));
}

enum rc lookup_merge_protocol(struct arena *arena, str answer, const struct appservice *service, yyjson_mut_doc *doc,
                              yyjson_mut_val **protocol)
{
    yyjson_val *root, *instance;
    size_t i, count;
    TRY(json_parse_object(arena, answer, false, &root, NULL));
    if (!yyjson_is_arr(yyjson_obj_get(root, "user_fields")) || !yyjson_is_arr(yyjson_obj_get(root, "location_fields"))
        || !yyjson_is_obj(yyjson_obj_get(root, "field_types")))
        return RC_BAD_JSON;
    if (!*protocol)
        *protocol = new_protocol(root, doc);
    yyjson_mut_val *list = yyjson_mut_obj_get(*protocol, "instances");
    yyjson_arr_foreach(yyjson_obj_get(root, "instances"), i, count, instance)
    {
        if (i < LOOKUP_MOST_ITEMS)
            add_instance(arena, instance, service, doc, list);
    }
    return RC_OK;
}
