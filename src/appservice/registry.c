/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "appservice/appservice.h"

#include <stdatomic.h>
#include <stdlib.h>

/* What was read at one time. */
struct reading {
    struct arena arena;
    struct appservices services;
    struct reading *earlier;
};

struct appservice_registry {
    struct arena arena;
    const str *paths;
    size_t path_count;
    str server_name;
    _Atomic(struct reading *) now; /* and behind it all earlier ones: somebody may still look at them */
};

typedef enum rc (*accept_fn)(const struct appservices *services, void *ctx, struct error *err);

static enum rc read_all(struct appservice_registry *registry, accept_fn accept, void *ctx, struct error *err)
{
    struct reading *reading = xcalloc(1, sizeof *reading);
    enum rc rc = appservices_read(&reading->arena, registry->paths, registry->path_count, registry->server_name,
                                  &reading->services, err);
    if (rc == RC_OK && accept)
        rc = accept(&reading->services, ctx, err);
    if (rc != RC_OK) {
        arena_fini(&reading->arena);
        free(reading);
        return rc;
    }
    reading->earlier = atomic_load_explicit(&registry->now, memory_order_relaxed);
    atomic_store_explicit(&registry->now, reading, memory_order_release);
    return RC_OK;
}

enum rc appservice_registry_new(const str *paths, size_t count, str server_name,
                                struct appservice_registry **ret_registry, struct error *err)
{
    struct appservice_registry *registry = xcalloc(1, sizeof *registry);
    str *copies = arena_array(&registry->arena, str, count);
    for (size_t i = 0; i < count; i++)
        copies[i] = arena_dup(&registry->arena, paths[i]);
    registry->paths = copies;
    registry->path_count = count;
    registry->server_name = arena_dup(&registry->arena, server_name);
    enum rc rc = read_all(registry, NULL, NULL, err);
    if (rc != RC_OK)
        appservice_registry_free(&registry);
    else
        *ret_registry = registry;
    return rc;
}

void appservice_registry_free(struct appservice_registry **registry_ptr)
{
    struct appservice_registry *registry = *registry_ptr;
    if (!registry)
        return;
    struct reading *earlier;
    for (struct reading *reading = atomic_load(&registry->now); reading; reading = earlier) {
        earlier = reading->earlier;
        arena_fini(&reading->arena);
        free(reading);
    }
    arena_fini(&registry->arena);
    free(registry);
    *registry_ptr = NULL;
}

const struct appservices *appservice_registry_now(const struct appservice_registry *registry)
{
    return &atomic_load_explicit(&registry->now, memory_order_acquire)->services;
}

enum rc appservice_registry_reload(struct appservice_registry *registry, accept_fn accept, void *ctx, struct error *err)
{
    return read_all(registry, accept, ctx, err);
}
