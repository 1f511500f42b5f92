/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* yyjson's allocator on top of an arena: freeing is a no-op, the arena must outlive what was made with it. */
#ifndef JSON_ALC_H
#define JSON_ALC_H

#include "base/arena.h"

#include <yyjson.h>

yyjson_alc json_alc(struct arena *arena);

#endif
