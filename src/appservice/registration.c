/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One registration (spec: Application Service API, "Registration"). Names it does not know are not looked at. */
#include "appservice/appservice.h"
#include "appservice/pattern.h"
#include "appservice/yaml_private.h"
#include "room/auth.h"

struct reading {
    struct yaml yaml;
    const yaml_node_t *top;
    struct arena *arena;
    struct appservice *service;
};

/* ---- single values ---- */

static enum rc required(struct reading *reading, const char *name, yaml_node_t **ret_node)
{
    TRY(yaml_find(&reading->yaml, reading->top, name, ret_node));
    if (!*ret_node)
        return error_set(reading->yaml.err, RC_INVALID, "%.100s: %s is missing; add a line %s: …", reading->yaml.file,
                         name, name);
    return RC_OK;
}

static enum rc read_text(struct reading *reading, const char *name, str *ret_text)
{
    yaml_node_t *node;
    TRY(required(reading, name, &node));
    return yaml_text(&reading->yaml, reading->arena, node, name, APPSERVICE_MAX_TEXT, ret_text);
}

/* What stands in a header and in a query: visible ASCII. */
static enum rc read_token(struct reading *reading, const char *name, str *ret_token)
{
    yaml_node_t *node;
    TRY(required(reading, name, &node));
    TRY(yaml_text(&reading->yaml, reading->arena, node, name, APPSERVICE_MAX_TEXT, ret_token));
    for (size_t i = 0; i < ret_token->len; i++)
        if (ret_token->ptr[i] <= ' ' || (unsigned char)ret_token->ptr[i] > '~')
            return yaml_fail(&reading->yaml, node, "%s may have letters, digits and signs of ASCII only, no spaces",
                             name);
    return RC_OK;
}

static enum rc read_flag(struct reading *reading, const char *name, bool *flag)
{
    yaml_node_t *node;
    TRY(yaml_find(&reading->yaml, reading->top, name, &node));
    return node ? yaml_bool(&reading->yaml, node, name, flag) : RC_OK;
}

/* Scheme, host and perhaps a path: what is called is written behind it. */
static bool is_base_url(str url)
{
    str rest = str_starts(url, S("http://"))    ? str_skip(url, strlen("http://"))
               : str_starts(url, S("https://")) ? str_skip(url, strlen("https://"))
                                                : STR_NONE;
    for (size_t i = 0; i < rest.len; i++)
        if (strchr(" ?#@\\\"<>", rest.ptr[i]))
            return false;
    return rest.len && rest.ptr[0] != '/' && rest.ptr[0] != ':';
}

static enum rc read_url(struct reading *reading)
{
    yaml_node_t *node;
    TRY(required(reading, "url", &node));
    if (yaml_is_null(node))
        return RC_OK;
    str url;
    TRY(yaml_text(&reading->yaml, reading->arena, node, "url", APPSERVICE_MAX_URL, &url));
    if (!is_base_url(url))
        return yaml_fail(
            &reading->yaml, node,
            "url must be an address such as http://127.0.0.1:9000, or null for a service that is not called");
    while (str_ends(url, S("/")))
        url.len--;
    reading->service->url = url;
    return RC_OK;
}

static enum rc read_sender(struct reading *reading)
{
    struct appservice *service = reading->service;
    yaml_node_t *node;
    TRY(required(reading, "sender_localpart", &node));
    TRY(yaml_text(&reading->yaml, reading->arena, node, "sender_localpart", APPSERVICE_MAX_TEXT,
                  &service->sender_localpart));
    service->sender_id =
        arena_printf(reading->arena, "@%.*s:%.*s", STR_ARG(service->sender_localpart), STR_ARG(service->server_name));
    if (!user_id_is_valid(service->sender_id))
        return yaml_fail(&reading->yaml, node,
                         "sender_localpart must be the part of a user name before the colon: a-z, 0-9 and ._=/+- only");
    return RC_OK;
}

/* ---- lists ---- */

static enum rc read_protocols(struct reading *reading)
{
    struct appservice *service = reading->service;
    yaml_node_t *node;
    TRY(yaml_find(&reading->yaml, reading->top, "protocols", &node));
    if (!node || yaml_is_null(node))
        return RC_OK;
    size_t count;
    TRY(yaml_list(&reading->yaml, node, "protocols", APPSERVICE_MAX_PROTOCOLS, &count));
    str *protocols = arena_array(reading->arena, str, count);
    for (size_t i = 0; i < count; i++)
        TRY(yaml_text(&reading->yaml, reading->arena, yaml_item(&reading->yaml, node, i), "a protocol",
                      APPSERVICE_MAX_TEXT, &protocols[i]));
    service->protocols = protocols;
    service->protocol_count = count;
    return RC_OK;
}

static enum rc read_namespace(struct reading *reading, const yaml_node_t *node, struct appservice_namespace *ret)
{
    yaml_node_t *regex, *exclusive;
    struct error problem = {.text = ""};
    if (node->type != YAML_MAPPING_NODE)
        return yaml_fail(&reading->yaml, node, "a namespace has a regex and exclusive");
    TRY(yaml_find(&reading->yaml, node, "regex", &regex));
    TRY(yaml_find(&reading->yaml, node, "exclusive", &exclusive));
    if (!regex || !exclusive)
        return yaml_fail(&reading->yaml, node, "%s of a namespace is missing", regex ? "exclusive" : "regex");
    TRY(yaml_bool(&reading->yaml, exclusive, "exclusive", &ret->exclusive));
    TRY(yaml_text(&reading->yaml, reading->arena, regex, "regex", APPSERVICE_MAX_REGEX, &ret->regex));
    if (pattern_new(reading->arena, ret->regex, &ret->pattern, &problem) != RC_OK)
        return yaml_fail(&reading->yaml, regex, "regex is not a regular expression: %s", problem.text);
    return RC_OK;
}

static enum rc read_namespaces(struct reading *reading, const yaml_node_t *namespaces, const char *kind,
                               struct appservice_namespaces *ret)
{
    yaml_node_t *node;
    size_t count;
    TRY(yaml_find(&reading->yaml, namespaces, kind, &node));
    if (!node || yaml_is_null(node))
        return RC_OK;
    TRY(yaml_list(&reading->yaml, node, kind, APPSERVICE_MAX_NAMESPACES, &count));
    struct appservice_namespace *items = arena_array(reading->arena, struct appservice_namespace, count);
    for (size_t i = 0; i < count; i++)
        TRY(read_namespace(reading, yaml_item(&reading->yaml, node, i), &items[i]));
    *ret = (struct appservice_namespaces){items, count};
    return RC_OK;
}

static enum rc read_all_namespaces(struct reading *reading)
{
    struct appservice *service = reading->service;
    yaml_node_t *namespaces;
    TRY(required(reading, "namespaces", &namespaces));
    if (yaml_is_null(namespaces))
        return RC_OK;
    if (namespaces->type != YAML_MAPPING_NODE)
        return yaml_fail(&reading->yaml, namespaces, "namespaces must have users, aliases and rooms, each a list");
    TRY(read_namespaces(reading, namespaces, "users", &service->users));
    TRY(read_namespaces(reading, namespaces, "aliases", &service->aliases));
    return read_namespaces(reading, namespaces, "rooms", &service->rooms);
}

/* ---- the whole ---- */

static enum rc read_service(struct reading *reading)
{
    struct appservice *service = reading->service;
    str as_token;
    TRY(read_text(reading, "id", &service->id));
    TRY(read_url(reading));
    TRY(read_token(reading, "as_token", &as_token));
    TRY(read_token(reading, "hs_token", &service->hs_token));
    crypto_token_hash(as_token, service->as_token_hash);
    service->short_tokens = as_token.len < APPSERVICE_GOOD_TOKEN || service->hs_token.len < APPSERVICE_GOOD_TOKEN;
    TRY(read_sender(reading));
    TRY(read_flag(reading, "rate_limited", &service->rate_limited));
    /* The second name is the one from before it was in the specification. */
    TRY(read_flag(reading, "de.sorunome.msc2409.push_ephemeral", &service->receive_ephemeral));
    TRY(read_flag(reading, "receive_ephemeral", &service->receive_ephemeral));
    TRY(read_flag(reading, "org.matrix.msc3202", &service->device_changes));
    TRY(read_protocols(reading));
    return read_all_namespaces(reading);
}

enum rc appservice_read_text(struct arena *arena, const char *file, str text, str server_name,
                             const struct appservice **ret_service, struct error *err)
{
    struct reading reading = {.arena = arena, .service = arena_new(arena, struct appservice)};
    yaml_node_t *top;
    struct error own;
    reading.service->rate_limited = true;
    reading.service->server_name = arena_dup(arena, server_name);
    if (text.len > APPSERVICE_MAX_FILE)
        return error_set(err, RC_TOO_LARGE, "%.100s: larger than %d KiB", file, APPSERVICE_MAX_FILE / 1024);
    TRY(yaml_open(&reading.yaml, file, text, &top, err ? err : &own));
    reading.top = top;
    enum rc rc = read_service(&reading);
    yaml_close(&reading.yaml);
    if (rc == RC_OK)
        *ret_service = reading.service;
    return rc;
}
