/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What application services answer about third-party networks (spec: Application Service API, "Third-party networks"),
 * taken apart and put together anew: clients are given what the specification names, of the type it says, and not too
 * much of it.
 */
#ifndef COURIER_LOOKUP_H
#define COURIER_LOOKUP_H

#include "appservice/appservice.h"
#include "json/json.h"

enum {
    LOOKUP_ANSWER_LIMIT = 256 * 1024,
    LOOKUP_MOST_ITEMS = 200, /* of one answer: people, locations, instances */
    LOOKUP_MOST_FIELDS = 64,
};

enum lookup_kind { LOOKUP_USERS, LOOKUP_LOCATIONS };

/* Adds what is well-formed among the items of an answer to a list. RC_BAD_JSON, RC_NOT_JSON: it is no list. */
enum rc lookup_add_items(struct arena *arena, str answer, enum lookup_kind kind, yyjson_mut_doc *doc,
                         yyjson_mut_val *list) MUST_USE;
/* What one service says of a protocol; *protocol is NULL for the first that does. Of further ones only the instances
 * are added. Each instance gets its instance_id. RC_BAD_JSON, RC_NOT_JSON. */
enum rc lookup_merge_protocol(struct arena *arena, str answer, const struct appservice *service, yyjson_mut_doc *doc,
                              yyjson_mut_val **protocol) MUST_USE;

#endif
