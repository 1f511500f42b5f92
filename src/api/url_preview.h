/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef API_URL_PREVIEW_H
#define API_URL_PREVIEW_H

#include "api/call.h"

/* READ. May the caller have this address asked for? It has to stand in a message they may read, of a room whose admins
 * let links be previewed (PREVIEWS_TYPE): the one that org.parley.room_id and org.parley.event_id in the query name, or
 * any of the newest ones. 403 M_FORBIDDEN. */
enum rc url_preview_check(struct call *call, str url) MUST_USE;

/* From the loop, without a tx. Parks the call, and goes on with then() when the page was asked. found is in the call's
 * arena. */
struct preview_found;
enum rc url_preview_fetch(struct call *call, str url,
                          enum rc (*then)(struct call *call, const struct preview_found *found)) MUST_USE;

#endif
