/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses as the library that follows them reads them: whoever judges an address must not understand it otherwise. */
#ifndef OUTGOING_URL_H
#define OUTGOING_URL_H

#include "base/arena.h"

struct outgoing_url {
    str whole; /* encoded, without a fragment */
    str host;  /* lower case, international names in their ASCII form, IPv6 in brackets */
    int port;  /* the scheme's own if none was named */
    bool named_port;
};

/* http and https without credentials only. A reference is resolved against base; STR_NONE: it has to be absolute. In
 * the arena. RC_INVALID; RC_UNSUPPORTED: this machine has no libcurl. */
enum rc outgoing_url_read(struct arena *arena, str base, str reference, struct outgoing_url *ret_url) MUST_USE;

#endif
