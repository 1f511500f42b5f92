/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a path below the public log's prefix names (C2SP tlog-tiles): each thing has one path and no other. */
#ifndef PRIVACY_LOG_PATH_H
#define PRIVACY_LOG_PATH_H

#include "base/arena.h"

enum { LOG_TILE_WIDTH = 256, LOG_TILE_HEIGHT = 8, LOG_LEVEL_MAX = 63 };

enum log_path_kind { LOG_CHECKPOINT, LOG_TILE, LOG_ENTRIES };
struct log_path {
    enum log_path_kind kind;
    int level; /* of a tile: 0 holds the leaves */
    uint64_t index;
    int width; /* hashes or entries: LOG_TILE_WIDTH, or less in a partial tile */
};

/* "checkpoint", "tile/0/x001/x234/067", "tile/entries/000.p/7". RC_INVALID. */
enum rc log_path_parse(str path, struct log_path *ret_path) MUST_USE;
str log_path_text(struct arena *arena, const struct log_path *path);

#endif
