/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The policy's files by name ("en.md", "archive/1/zh-CN.md"): those built into the program, or those of a folder. */
#ifndef PRIVACY_POLICY_FILE_H
#define PRIVACY_POLICY_FILE_H

#include "base/arena.h"

/* root NULL: the built-in ones. RC_NOT_FOUND (no words: the caller knows whether it must be there), RC_IO, RC_INVALID
 * when it is not UTF-8. The text lives in the arena, or as long as the program. */
enum rc policy_file_read(struct arena *arena, const char *root, const char *name, str *ret_text,
                         struct error *err) MUST_USE;

#endif
