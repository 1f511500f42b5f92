/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is whose. */
#include "appservice/appservice.h"
#include "appservice/pattern.h"
#include "room/auth.h"

static bool any_matches(const struct appservice_namespaces *namespaces, str id)
{
    for (size_t i = 0; i < namespaces->count; i++)
        if (pattern_match(namespaces->items[i].pattern, id) == PATTERN_YES)
            return true;
    return false;
}

/* What cannot be decided is kept: nobody gets into a namespace by an id that is hard to match. */
static bool any_keeps(const struct appservice_namespaces *namespaces, str id)
{
    for (size_t i = 0; i < namespaces->count; i++)
        if (namespaces->items[i].exclusive && pattern_match(namespaces->items[i].pattern, id) != PATTERN_NO)
            return true;
    return false;
}

/* Spec "Registration": services register interest in local users only. */
static bool is_local(const struct appservice *service, str user_id)
{
    return str_eq(id_server_name(user_id), service->server_name);
}

bool appservice_owns_user(const struct appservice *service, str user_id)
{
    return str_eq(user_id, service->sender_id) || (is_local(service, user_id) && any_matches(&service->users, user_id));
}

bool appservice_owns_alias(const struct appservice *service, str alias)
{
    return any_matches(&service->aliases, alias);
}

bool appservice_owns_room(const struct appservice *service, str room_id)
{
    return any_matches(&service->rooms, room_id);
}

bool appservice_has_protocol(const struct appservice *service, str protocol)
{
    for (size_t i = 0; i < service->protocol_count; i++)
        if (str_eq(service->protocols[i], protocol))
            return true;
    return false;
}

const struct appservice *appservices_find_id(const struct appservices *services, str id)
{
    for (size_t i = 0; i < services->count; i++)
        if (str_eq(services->items[i]->id, id))
            return services->items[i];
    return NULL;
}

const struct appservice *appservices_find_protocol(const struct appservices *services, str protocol)
{
    for (size_t i = 0; i < services->count; i++)
        if (appservice_has_protocol(services->items[i], protocol))
            return services->items[i];
    return NULL;
}

const struct appservice *appservices_find_token(const struct appservices *services, str as_token)
{
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    const struct appservice *found = NULL;
    if (services->count == 0)
        return NULL;
    crypto_token_hash(as_token, hash);
    for (size_t i = 0; i < services->count; i++)
        if (crypto_equal(str_from(hash, sizeof hash), str_from(services->items[i]->as_token_hash, sizeof hash)))
            found = services->items[i];
    return found;
}

const struct appservice *appservices_keeper_of_user(const struct appservices *services, str user_id,
                                                    const struct appservice *asking)
{
    for (size_t i = 0; i < services->count; i++) {
        const struct appservice *service = services->items[i];
        if (service == asking)
            continue;
        if (str_eq(user_id, service->sender_id) || (is_local(service, user_id) && any_keeps(&service->users, user_id)))
            return service;
    }
    return NULL;
}

const struct appservice *appservices_keeper_of_alias(const struct appservices *services, str alias,
                                                     const struct appservice *asking)
{
    for (size_t i = 0; i < services->count; i++)
        if (services->items[i] != asking && any_keeps(&services->items[i]->aliases, alias))
            return services->items[i];
    return NULL;
}

str appservice_instance_id(struct arena *arena, const struct appservice *service, str network)
{
    return arena_printf(arena, "%.*s|%.*s", STR_ARG(service->id), STR_ARG(network));
}

const struct appservice *appservices_find_instance(const struct appservices *services, str instance_id,
                                                   str *ret_network)
{
    for (size_t i = 0; i < services->count; i++) {
        str rest = str_skip(instance_id, services->items[i]->id.len);
        if (!str_starts(instance_id, services->items[i]->id) || !str_starts(rest, S("|")))
            continue;
        *ret_network = str_skip(rest, 1);
        return services->items[i];
    }
    return NULL;
}
