/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Lists of hosts as the operator writes them: `example.org`, `*.example.org` (those below it, not itself), `*`
 * (any); with `:8443` that port, else the ports of http and https.
 */
#ifndef PREVIEW_HOSTS_H
#define PREVIEW_HOSTS_H

#include "config/config.h"
#include "outgoing/url.h"

bool preview_hosts_have(const struct config_list *hosts, const struct outgoing_url *url);

#endif
