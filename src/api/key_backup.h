/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the operations on backups of keys and on what is in them share. */
#ifndef API_KEY_BACKUP_H
#define API_KEY_BACKUP_H

#include "api/call.h"
#include "store/room_keys.h"

/* The caller's version of that name; 404 M_NOT_FOUND. */
enum rc key_backup_find(struct call *call, str name, struct room_keys_version *ret_version) MUST_USE;

#endif
