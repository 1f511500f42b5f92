/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Registrations from any text, asked about ids from anywhere: what is owned by nobody else is kept by nobody else. */
#include "appservice/appservice.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct appservice *service, str id)
{
    const struct appservices all = {&service, 1};
    appservice_owns_alias(service, id);
    appservice_owns_room(service, id);
    if (appservices_keeper_of_user(&all, id, service) || appservices_keeper_of_alias(&all, id, service))
        abort();
    bool local = str_ends(id, S(":parley.test"));
    if (!local && (appservice_owns_user(service, id) || appservices_keeper_of_user(&all, id, NULL)))
        abort();
}

/* The first line is an id, the rest a registration. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA_INIT;
    const struct appservice *service;
    struct error err;
    str id, text = str_split(str_from(data, size), '\n', &id);
    if (crypto_init() != RC_OK)
        abort();
    if (appservice_read_text(&arena, "file", text, S("parley.test"), &service, &err) == RC_OK) {
        ask(service, id);
        if (!appservice_owns_user(service, service->sender_id))
            abort();
    }
    arena_fini(&arena);
    return 0;
}
