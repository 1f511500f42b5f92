/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How far a request may reach. It is asked about the resolved address, at the moment a connection is made: a name that
 * answers differently the second time gains nothing.
 */
#ifndef OUTGOING_REACH_H
#define OUTGOING_REACH_H

#include <stdbool.h>
#include <sys/socket.h>

enum outgoing_reach {
    REACH_PUBLIC,     /* addresses of the public internet: the target was named by a person or a page */
    REACH_CONFIGURED, /* any address: the operator named the target */
};

/* Loopback, private, link-local, shared, multicast, reserved and transition addresses are none of the public
 * internet's (IANA special-purpose registries, RFC 6890). */
bool reach_allows(enum outgoing_reach reach, const struct sockaddr *address);

#endif
