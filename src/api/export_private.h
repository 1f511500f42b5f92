/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the export share: writing its JSON into call->out, and the parts that have files of their own. */
#ifndef API_EXPORT_PRIVATE_H
#define API_EXPORT_PRIVATE_H

#include "api/call.h"

/* The next object of a list; whoever opens it closes it. */
void export_open_row(struct call *call);
/* A member's name, and the comma before it. */
void export_member(struct call *call, const char *key);
/* Nothing, when it is empty. */
void export_str(struct call *call, const char *key, str value);
void export_i64(struct call *call, const char *key, int64_t value);
void export_json(struct call *call, const char *key, str json);
/* Nothing, when there is no room. */
enum rc export_room(struct call *call, uint64_t room_nid) MUST_USE;
/* Ends the list and the object of a kind that comes in pages. `next`: the following page's "from"; empty: none. */
void export_next(struct call *call, const char *part, str next);

/* Kinds of the catalogue, each a JSON value. */
enum rc export_device_keys(struct call *call) MUST_USE;
enum rc export_one_time_keys(struct call *call) MUST_USE;
enum rc export_fallback_keys(struct call *call) MUST_USE;
enum rc export_cross_signing_keys(struct call *call) MUST_USE;
enum rc export_key_signatures(struct call *call) MUST_USE;
enum rc export_dehydrated_device(struct call *call) MUST_USE;
enum rc export_key_backups(struct call *call) MUST_USE;
/* The first page of each. */
enum rc export_key_backup_sessions(struct call *call) MUST_USE;
enum rc export_to_device(struct call *call) MUST_USE;

#endif
