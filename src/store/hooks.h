/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What belongs into a commit and is decided above the store: whom an event is to be told (push/decide.h). Called on
 * the writer's thread, inside the job that does it; if a hook fails, the job does, and if the job is undone, so is what
 * the hook wrote.
 */
#ifndef STORE_HOOKS_H
#define STORE_HOOKS_H

#include "store/rooms.h"

/* Any may be NULL. */
struct store_hooks {
    void *ctx;
    /* Stored, and part of the room's working snapshot. */
    enum rc (*event_stored)(void *ctx, struct tx *tx, const struct room *room, const struct event *event);
    /* A person has pushers now and had none, or the other way round. */
    void (*pushers_changed)(void *ctx, struct tx *tx, uint64_t user_nid);
    /* Before it is stored. */
    enum rc (*account_data_sets)(void *ctx, struct tx *tx, uint64_t user_nid, str type);
};

/* Before the first job. */
void store_set_hooks(struct store *store, const struct store_hooks *hooks);

#endif
