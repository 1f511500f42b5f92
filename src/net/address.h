/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "net/http.h"

#include <sys/socket.h>

void net_address_from_socket(const struct sockaddr_storage *from, struct net_address *ret_address);
bool net_address_same_ip(const struct net_address *a, const struct net_address *b);

#endif
