/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/address.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void net_address_from_socket(const struct sockaddr_storage *from, struct net_address *ret_address)
{
    memset(ret_address, 0, sizeof *ret_address);
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
        memcpy(ret_address->ip, &v6->sin6_addr, 16);
        ret_address->port = ntohs(v6->sin6_port);
    } else if (from->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
        memcpy(ret_address->ip, v4_prefix, sizeof v4_prefix);
        memcpy(ret_address->ip + 12, &v4->sin_addr, 4);
        ret_address->port = ntohs(v4->sin_port);
    }
}

void net_address_text(const struct net_address *address, char ret_text[46])
{
    bool v4 = memcmp(address->ip, v4_prefix, sizeof v4_prefix) == 0;
    inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? address->ip + 12 : address->ip, ret_text, 46);
}

/* "1.2.3.4", "1.2.3.4:5", "::1", "[::1]", "[::1]:5" → the address without brackets and the port's digits. */
static void take_apart(str text, str *ret_ip, str *ret_port)
{
    *ret_ip = text;
    *ret_port = STR_NONE;
    size_t colon = str_find_char(text, ':');
    if (text.len && text.ptr[0] == '[') {
        str rest = str_split(str_skip(text, 1), ']', ret_ip);
        if (rest.len && rest.ptr[0] == ':')
            *ret_port = str_skip(rest, 1);
    } else if (colon < text.len && str_find_char(str_skip(text, colon + 1), ':') == text.len - colon - 1) {
        *ret_port = str_split(text, ':', ret_ip);
    }
}

enum rc net_address_parse(str text, struct net_address *ret_address)
{
    char literal[46];
    struct net_address address = {0};
    uint64_t port = 0;
    str ip, port_text;
    take_apart(str_trim(text), &ip, &port_text);
    if (ip.len == 0 || ip.len >= sizeof literal)
        return RC_INVALID;
    memcpy(literal, ip.ptr, ip.len);
    literal[ip.len] = '\0';
    if (port_text.ptr && (str_to_u64(port_text, &port) || port > UINT16_MAX))
        return RC_INVALID;
    address.port = (uint16_t)port;
    if (inet_pton(AF_INET, literal, address.ip + 12) == 1)
        memcpy(address.ip, v4_prefix, sizeof v4_prefix);
    else if (inet_pton(AF_INET6, literal, address.ip) != 1)
        return RC_INVALID;
    *ret_address = address;
    return RC_OK;
}

bool net_address_same_ip(const struct net_address *a, const struct net_address *b)
{
    return memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}
