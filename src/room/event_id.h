/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Event ids as their room's version writes them: always made of the reference hash, which is what is stored. */
#ifndef ROOM_EVENT_ID_H
#define ROOM_EVENT_ID_H

#include "base/arena.h"
#include "base/rc.h"
#include "room/version.h"

/* hash: the 32 bytes; server: for versions that name one. In the arena. */
str event_id_of_hash(const struct room_version *version, str hash, str server, struct arena *arena);
/* The 32 bytes. RC_NOT_FOUND when the id has not the version's form: there is no such event. */
enum rc event_id_to_hash(const struct room_version *version, str event_id, str server, struct arena *arena,
                         str *ret_hash) MUST_USE;
/* The same without knowing the version: the hash an id of any form would stand for. */
enum rc event_id_any_hash(str event_id, struct arena *arena, str *ret_hash) MUST_USE;

#endif
