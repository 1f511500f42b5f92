/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue/personal_private.h"

const struct personal *personal_of(struct arena *arena, str value)
{
    if (!value.len)
        return NULL;
    struct personal *personal = arena_new(arena, struct personal);
    personal->value = value;
    return personal;
}
