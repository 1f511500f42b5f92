/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What every answer says of end-to-end encryption (spec "Extensions to /sync"). */
#ifndef SYNC_KEY_SECTION_H
#define SYNC_KEY_SECTION_H

#include "sync/request.h"

/* "device_lists":{…}, with a comma before it, if there is something: then request->empty is false. */
enum rc sync_add_device_lists(struct sync_request *request, struct strbuf *out) MUST_USE;
/* "device_one_time_keys_count":{…},"device_unused_fallback_key_types":[…] */
enum rc sync_add_key_counts(struct sync_request *request, struct strbuf *out) MUST_USE;

#endif
