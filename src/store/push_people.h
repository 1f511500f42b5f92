/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers of the users who have pushers, in memory: the writer's alone, after store_open(). */
#ifndef STORE_PUSH_PEOPLE_H
#define STORE_PUSH_PEOPLE_H

#include "store/tx.h"

struct push_people;

/* From disk. */
enum rc push_people_load(struct db *chat, struct push_people **ret_people, struct error *err) MUST_USE;
void push_people_free(struct push_people **people);
bool push_people_have(const struct push_people *people, uint64_t user_nid);
size_t push_people_count(const struct push_people *people);
/* Something was added to what waits for the user. True every so often: it is time to look whether it is too much. */
bool push_people_added(struct push_people *people, uint64_t user_nid);
/* WRITE. The user's rows have changed: known at once, and not any more when the job is undone. */
enum rc push_people_note(struct tx *tx, uint64_t user_nid) MUST_USE;

#endif
