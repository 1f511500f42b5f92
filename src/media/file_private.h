/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What writing and reading sealed files share. */
#ifndef MEDIA_FILE_PRIVATE_H
#define MEDIA_FILE_PRIVATE_H

#include "media/file.h"

enum { MEDIA_PATH_ROOM = 128 };

struct media_folder {
    struct env *env;
    int fd;
};

/* "ab/abcdef…[.variant]" */
void media_path(str name, str variant, char ret_path[MEDIA_PATH_ROOM]);
/* What a piece is sealed as: its file, its place, and whether it is the last. Written to room. */
str media_piece_context(str name, str variant, uint64_t index, bool last, char *room, size_t size);

#endif
