/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a redaction leaves of an event's content (spec: room versions, "Redactions"). */
#ifndef ROOM_REDACTION_H
#define ROOM_REDACTION_H

#include "room/version.h"
#include "json/json.h"

/* Appends the redacted content as canonical JSON. Fails only as json_canonical() does. */
enum rc redaction_add_content(const struct room_version *version, str type, yyjson_val *content, struct strbuf *buf,
                              struct error *err) MUST_USE;

#endif
