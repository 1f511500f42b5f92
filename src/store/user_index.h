/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Names of all users in memory, for the user directory: at rest they are sealed and cannot be searched. Filled at the
 * first search; kept by what commits publish. Thread-safe.
 */
#ifndef STORE_USER_INDEX_H
#define STORE_USER_INDEX_H

#include "store/users.h"

struct user_index;

struct user_index *user_index_new(void);
void user_index_free(struct user_index **index);
/* A published user: found by these names from now on; not at all when deactivated. */
void user_index_note(struct user_index *index, const struct user *user);

#endif
