/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A secret the operator shares with another program, in a file that a configuration key names. */
#ifndef API_SECRET_FILE_H
#define API_SECRET_FILE_H

#include "api/server.h"

/* At start: its first line, for as long as the server lives. err names the key and what is wrong. */
enum rc secret_file_read(struct server *server, const char *key, str path, str *ret_secret, struct error *err) MUST_USE;

#endif
