/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/yaml_private.h"

#include <stdarg.h>
#include <stdio.h>

enum { MOST_KEYS = 256 };

/* ---- opening ---- */

static enum rc parse_failed(const yaml_parser_t *parser, const char *file, struct error *err)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(err, RC_NOMEM, "%.100s: not enough memory", file);
    return error_set(err, RC_INVALID, "%.100s:%zu: not YAML: %.80s", file, parser->problem_mark.line + 1,
                     parser->problem ? parser->problem : "it cannot be read");
}

/* Loads the next document; its top is NULL behind the last one. */
static enum rc load(yaml_parser_t *parser, const char *file, yaml_document_t *document, yaml_node_t **ret_top,
                    struct error *err)
{
    if (!yaml_parser_load(parser, document))
        return parse_failed(parser, file, err);
    *ret_top = yaml_document_get_root_node(document);
    return RC_OK;
}

static enum rc nothing_follows(yaml_parser_t *parser, const char *file, struct error *err)
{
    yaml_document_t second;
    yaml_node_t *top = NULL;
    TRY(load(parser, file, &second, &top, err));
    size_t line = top ? top->start_mark.line + 1 : 0;
    yaml_document_delete(&second);
    if (line)
        return error_set(err, RC_INVALID, "%.100s:%zu: a second document begins; write one file for each service", file,
                         line);
    return RC_OK;
}

static enum rc open_document(struct yaml *yaml, yaml_parser_t *parser, yaml_node_t **ret_top)
{
    yaml_node_t *top = NULL;
    TRY(load(parser, yaml->file, &yaml->document, &top, yaml->err));
    enum rc rc;
    if (!top)
        rc = error_set(yaml->err, RC_INVALID, "%.100s:1: the file is empty", yaml->file);
    else if (top->type != YAML_MAPPING_NODE)
        rc = yaml_fail(yaml, top, "expected names and values, such as id: my-bridge");
    else
        rc = nothing_follows(parser, yaml->file, yaml->err);
    if (rc != RC_OK)
        yaml_close(yaml);
    else
        *ret_top = top;
    return rc;
}

enum rc yaml_open(struct yaml *yaml, const char *file, str text, yaml_node_t **ret_top, struct error *err)
{
    yaml_parser_t parser;
    *yaml = (struct yaml){.file = file, .err = err};
    if (!yaml_parser_initialize(&parser))
        return error_set(err, RC_NOMEM, "%.100s: not enough memory", file);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(text.ptr ? text.ptr : ""), text.len);
    enum rc rc = open_document(yaml, &parser, ret_top);
    yaml_parser_delete(&parser);
    return rc;
}

void yaml_close(struct yaml *yaml)
{
    yaml_document_delete(&yaml->document);
}

enum rc yaml_fail(struct yaml *yaml, const yaml_node_t *node, const char *format, ...)
{
    char words[200];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    return error_set(yaml->err, RC_INVALID, "%.100s:%zu: %s", yaml->file, node->start_mark.line + 1, words);
}

/* ---- walking ---- */

static str scalar(const yaml_node_t *node)
{
    return str_from(node->data.scalar.value, node->data.scalar.length);
}

/* Written without quotes: only so are null, yes and no more than words. */
static bool is_plain(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool is_one_of(str text, const str *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(text, words[i]))
            return true;
    return false;
}

enum rc yaml_find(struct yaml *yaml, const yaml_node_t *mapping, const char *key, yaml_node_t **ret_node)
{
    const yaml_node_pair_t *first = mapping->data.mapping.pairs.start, *end = mapping->data.mapping.pairs.top;
    yaml_node_t *found = NULL;
    if (end - first > MOST_KEYS)
        return yaml_fail(yaml, mapping, "more than %d names", MOST_KEYS);
    for (const yaml_node_pair_t *pair = first; pair < end; pair++) {
        const yaml_node_t *name = yaml_document_get_node(&yaml->document, pair->key);
        if (name->type != YAML_SCALAR_NODE || !str_eq(scalar(name), str_of(key)))
            continue;
        if (found)
            return yaml_fail(yaml, name, "%s is given twice; keep one of them", key);
        found = yaml_document_get_node(&yaml->document, pair->value);
    }
    *ret_node = found;
    return RC_OK;
}

bool yaml_is_null(const yaml_node_t *node)
{
    static const str words[] = {STR_INIT("null"), STR_INIT("~"), STR_INIT("")};
    return is_plain(node) && is_one_of(scalar(node), words, sizeof words / sizeof *words);
}

static bool is_printable(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
            return false;
    return str_is_utf8(text);
}

enum rc yaml_text(struct yaml *yaml, struct arena *arena, const yaml_node_t *node, const char *name, size_t max,
                  str *ret_text)
{
    if (node->type != YAML_SCALAR_NODE || yaml_is_null(node))
        return yaml_fail(yaml, node, "%s must be a text", name);
    str text = scalar(node);
    if (text.len == 0)
        return yaml_fail(yaml, node, "%s is empty", name);
    if (text.len > max)
        return yaml_fail(yaml, node, "%s is longer than %zu bytes", name, max);
    if (!is_printable(text))
        return yaml_fail(yaml, node, "%s holds characters that cannot be printed", name);
    *ret_text = arena_dup(arena, text);
    return RC_OK;
}

enum rc yaml_bool(struct yaml *yaml, const yaml_node_t *node, const char *name, bool *ret_value)
{
    static const str yes[] = {STR_INIT("true"), STR_INIT("yes"), STR_INIT("on")};
    static const str no[] = {STR_INIT("false"), STR_INIT("no"), STR_INIT("off")};
    bool is_yes = is_plain(node) && is_one_of(scalar(node), yes, sizeof yes / sizeof *yes);
    if (!is_yes && !(is_plain(node) && is_one_of(scalar(node), no, sizeof no / sizeof *no)))
        return yaml_fail(yaml, node, "%s must be true or false", name);
    *ret_value = is_yes;
    return RC_OK;
}

enum rc yaml_list(struct yaml *yaml, const yaml_node_t *node, const char *name, size_t max, size_t *ret_count)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return yaml_fail(yaml, node, "%s must be a list; write %s: [] for none", name, name);
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count > max)
        return yaml_fail(yaml, node, "%s has more than %zu items", name, max);
    *ret_count = count;
    return RC_OK;
}

yaml_node_t *yaml_item(struct yaml *yaml, const yaml_node_t *list, size_t i)
{
    return yaml_document_get_node(&yaml->document, list->data.sequence.items.start[i]);
}
