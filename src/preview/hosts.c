/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preview/hosts.h"

/* "[2001:db8::1]:8443" and "example.org:8443"; without a port *ret_port stays 0. */
static str split_port(str entry, uint64_t *ret_port)
{
    size_t end = entry.len;
    while (end && entry.ptr[end - 1] >= '0' && entry.ptr[end - 1] <= '9')
        end--;
    bool has_port = end && end < entry.len && entry.ptr[end - 1] == ':';
    *ret_port = 0;
    if (!has_port || str_to_u64(str_skip(entry, end), ret_port) != RC_OK)
        return entry;
    return str_head(entry, end - 1);
}

static bool has_name(str pattern, str host)
{
    if (str_eq(pattern, S("*")))
        return true;
    if (!str_starts(pattern, S("*.")))
        return str_eq_nocase(pattern, host);
    str below = str_skip(pattern, 1);
    return host.len > below.len && str_eq_nocase(str_skip(host, host.len - below.len), below);
}

bool preview_hosts_have(const struct config_list *hosts, const struct outgoing_url *url)
{
    for (size_t i = 0; i < hosts->count; i++) {
        uint64_t port;
        str pattern = split_port(hosts->items[i], &port);
        bool port_fits = port ? (uint64_t)url->port == port : url->port == 80 || url->port == 443;
        if (port_fits && has_name(pattern, url->host))
            return true;
    }
    return false;
}
