/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the push service of a browser is sent (RFC 8030): sealed for the browser, signed by this server. Of what it can
 * see, nothing tells two rooms, two people or two messages apart: of one app's notices it keeps the newest.
 */
#ifndef WAKER_WEB_H
#define WAKER_WEB_H

#include "outgoing/client.h"
#include "waker/said.h"
#include "waker/sealing.h"
#include "waker/vapid.h"

enum { WEB_DEFAULT_PAYLOAD_MAX = 2048 };

/* What an app says of a pusher of this kind: the address, and the two keys. */
struct web_target {
    str endpoint;
    struct subscription subscription;
    yyjson_val *default_payload; /* an object to be sent back with each notice; NULL: none */
};
/* data: parsed. RC_BAD_JSON, RC_INVALID. Strings point into data. */
enum rc web_target_read(struct arena *arena, yyjson_val *data, str pushkey, struct web_target *ret_target,
                        struct error *err) MUST_USE;

/* Fills in url, headers, type and body. */
enum rc web_request(struct env *env, struct arena *arena, const struct vapid *vapid, const struct pusher *pusher,
                    const struct said *said, struct outgoing_request *request) MUST_USE;

#endif
