/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A registration as YAML: one document, walked by name. Errors name file and line, and never a value: it may be a
 * token. A node is taken by the names it is expected to have, never followed to an unknown depth, so that what an
 * anchor repeats or makes a circle of does no harm.
 */
#ifndef APPSERVICE_YAML_PRIVATE_H
#define APPSERVICE_YAML_PRIVATE_H

#include "base/arena.h"

#include <yaml.h>

struct yaml {
    yaml_document_t document;
    const char *file;
    struct error *err;
};

/* RC_INVALID when it is not one well-formed document with a mapping at its top. On success yaml_close() it. */
enum rc yaml_open(struct yaml *yaml, const char *file, str text, yaml_node_t **ret_top, struct error *err) MUST_USE;
void yaml_close(struct yaml *yaml);

/* RC_INVALID with "FILE:LINE: …" in the error. */
enum rc yaml_fail(struct yaml *yaml, const yaml_node_t *node, const char *format, ...) MUST_USE
    __attribute__((format(printf, 3, 4)));

/* The value under a key: *ret_node is NULL when there is none. A key that stands there twice is refused. */
enum rc yaml_find(struct yaml *yaml, const yaml_node_t *mapping, const char *key, yaml_node_t **ret_node) MUST_USE;
bool yaml_is_null(const yaml_node_t *node);
/* `name` is what the error calls it. Text: 1 to max bytes of printable characters, copied into the arena. */
enum rc yaml_text(struct yaml *yaml, struct arena *arena, const yaml_node_t *node, const char *name, size_t max,
                  str *ret_text) MUST_USE;
enum rc yaml_bool(struct yaml *yaml, const yaml_node_t *node, const char *name, bool *ret_value) MUST_USE;
/* A list of at most max items. */
enum rc yaml_list(struct yaml *yaml, const yaml_node_t *node, const char *name, size_t max, size_t *ret_count) MUST_USE;
yaml_node_t *yaml_item(struct yaml *yaml, const yaml_node_t *list, size_t i);

#endif
