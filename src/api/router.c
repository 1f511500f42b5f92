/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/router.h"

#include "base/vec.h"

#include <stdio.h>

enum { METHODS = HTTP_OTHER + 1 };

struct node {
    str segment; /* STR_NONE for the parameter child */
    VEC(struct node *) children;
    struct node *parameter;
    const struct endpoint *by_method[METHODS];
    size_t index[METHODS]; /* into router.all */
    bool terminal;
};

struct router {
    struct node root;
    VEC(const struct endpoint *) all;
};

static struct node *child_find(const struct node *node, str segment)
{
    for (size_t i = 0; i < node->children.count; i++)
        if (str_eq(node->children.items[i]->segment, segment))
            return node->children.items[i];
    return NULL;
}

static struct node *child_make(struct node *node, str segment)
{
    bool parameter = segment.len && segment.ptr[0] == '{';
    struct node *child = parameter ? node->parameter : child_find(node, segment);
    if (child)
        return child;
    child = xcalloc(1, sizeof *child);
    if (parameter) {
        node->parameter = child;
    } else {
        child->segment = segment;
        vec_push(&node->children, child);
    }
    return child;
}

static void endpoint_add(struct router *router, const struct endpoint *endpoint)
{
    struct node *node = &router->root;
    str rest = str_skip(str_of(endpoint->path), 1), segment;
    while (rest.ptr) {
        rest = str_split(rest, '/', &segment);
        node = child_make(node, segment);
    }
    if (node->by_method[endpoint->method]) {
        fprintf(stderr, "endpoint table: %s and %s have the same address\n", endpoint->name,
                node->by_method[endpoint->method]->name);
        abort();
    }
    node->by_method[endpoint->method] = endpoint;
    node->index[endpoint->method] = router->all.count;
    node->terminal = true;
    vec_push(&router->all, endpoint);
}

struct router *router_new(const struct endpoint_module *const *modules, size_t count)
{
    struct router *router = xcalloc(1, sizeof *router);
    for (size_t m = 0; m < count; m++)
        for (size_t i = 0; i < modules[m]->count; i++)
            endpoint_add(router, &modules[m]->endpoints[i]);
    return router;
}

static void node_fini(struct node *node)
{
    for (size_t i = 0; i < node->children.count; i++) {
        node_fini(node->children.items[i]);
        free(node->children.items[i]);
    }
    vec_fini(&node->children);
    if (node->parameter)
        node_fini(node->parameter);
    free(node->parameter);
}

void router_free(struct router **router)
{
    if (!*router)
        return;
    node_fini(&(*router)->root);
    vec_fini(&(*router)->all);
    free(*router);
    *router = NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum rc percent_decode(struct arena *arena, str text, bool plus_is_space, str *ret_decoded)
{
    bool plain = str_find_char(text, '%') == text.len && (!plus_is_space || str_find_char(text, '+') == text.len);
    if (plain && str_is_utf8(text)) {
        *ret_decoded = text;
        return RC_OK;
    }
    char *out = arena_alloc_raw(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int high = text.len - i > 2 ? hex_digit(text.ptr[i + 1]) : -1;
            int low = text.len - i > 2 ? hex_digit(text.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return RC_INVALID;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        out[len++] = c;
    }
    *ret_decoded = str_from(out, len);
    return str_is_utf8(*ret_decoded) ? RC_OK : RC_INVALID;
}

/* Clients from before v1.1 say r0 where others say v3. */
static str segment_modern(str segment, size_t depth)
{
    return depth == 2 && str_eq(segment, S("r0")) ? S("v3") : segment;
}

/* Exact segments win over parameters; where that leads nowhere, the parameter is tried. */
static const struct node *walk(const struct node *node, str rest, size_t depth, str *params, size_t param_count)
{
    if (!rest.ptr)
        return node->terminal ? node : NULL;
    str segment;
    rest = str_split(rest, '/', &segment);
    const struct node *child = child_find(node, segment_modern(segment, depth));
    const struct node *end = child ? walk(child, rest, depth + 1, params, param_count) : NULL;
    if (end || !node->parameter || param_count == CALL_MAX_PARAMS)
        return end;
    params[param_count] = segment;
    return walk(node->parameter, rest, depth + 1, params, param_count + 1);
}

/* RFC 9110, 15.5.6: a 405 says what would have done. */
static str methods_of(const struct node *node, struct arena *arena)
{
    static const struct {
        enum http_method method;
        const char *name;
    } names[] = {{HTTP_GET, "GET, HEAD, "}, {HTTP_POST, "POST, "}, {HTTP_PUT, "PUT, "}, {HTTP_DELETE, "DELETE, "}};
    str taken[sizeof names / sizeof *names] = {{0}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        taken[i] = node->by_method[names[i].method] ? str_of(names[i].name) : STR_NONE;
    return arena_printf(arena, "%.*s%.*s%.*s%.*sOPTIONS", STR_ARG(taken[0]), STR_ARG(taken[1]), STR_ARG(taken[2]),
                        STR_ARG(taken[3]));
}

enum rc router_match(const struct router *router, struct arena *arena, enum http_method method, str path,
                     struct route *ret_route)
{
    *ret_route = (struct route){0};
    if (path.len == 0 || path.ptr[0] != '/')
        return RC_OK;
    const struct node *node = walk(&router->root, str_skip(path, 1), 0, ret_route->params, 0);
    if (!node)
        return RC_OK;
    ret_route->path_known = true;
    if (!node->by_method[method] && method == HTTP_HEAD)
        method = HTTP_GET;
    ret_route->endpoint = node->by_method[method];
    if (!ret_route->endpoint)
        ret_route->allowed = methods_of(node, arena);
    ret_route->index = node->index[method];
    for (size_t i = 0; i < CALL_MAX_PARAMS; i++)
        TRY(percent_decode(arena, ret_route->params[i], false, &ret_route->params[i]));
    return RC_OK;
}

size_t router_endpoint_count(const struct router *router)
{
    return router->all.count;
}

const struct endpoint *router_endpoint_at(const struct router *router, size_t index)
{
    return router->all.items[index];
}
