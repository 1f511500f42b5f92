/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/keys.h"

#include <arpa/inet.h>

static bool parse_ip(int family, str text, unsigned char ret_ip[16])
{
    char cstr[INET6_ADDRSTRLEN];
    if (text.len == 0 || text.len >= sizeof cstr)
        return false;
    memcpy(cstr, text.ptr, text.len);
    cstr[text.len] = '\0';
    return inet_pton(family, cstr, ret_ip) == 1;
}

bool config_is_ip(str text)
{
    unsigned char ip[16];
    return parse_ip(AF_INET, text, ip) || parse_ip(AF_INET6, text, ip);
}

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
           || c == '_';
}

static bool is_host(str host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (!is_host_char(host.ptr[i]))
            return false;
    }
    return host.len > 0 && host.len <= 253;
}

/* Splits host[:port]; an IPv6 host stands in brackets, which are taken off. */
static bool split_port(str text, str *ret_host, str *ret_port)
{
    unsigned char ip[16];
    if (str_starts(text, S("["))) {
        str rest = str_split(str_skip(text, 1), ']', ret_host);
        if (!rest.ptr || !parse_ip(AF_INET6, *ret_host, ip) || (rest.len && rest.ptr[0] != ':'))
            return false;
        *ret_port = rest.len ? str_skip(rest, 1) : STR_NONE;
        return rest.len != 1;
    }
    *ret_port = str_split(text, ':', ret_host);
    return is_host(*ret_host) && !(ret_port->ptr && ret_port->len == 0);
}

enum rc config_address_read(str url, struct config_address *ret_address)
{
    struct config_address address = {.tls = str_starts(url, S("https://"))};
    if (!address.tls && !str_starts(url, S("http://")))
        return RC_INVALID;
    str port, rest = str_skip(url, address.tls ? 8 : 7);
    if (str_ends(rest, S("/")))
        rest.len--;
    if (!split_port(rest, &address.host, &port))
        return RC_INVALID;
    uint64_t number = 0;
    if (port.ptr && (str_to_u64(port, &number) != RC_OK || number > UINT16_MAX))
        return RC_INVALID;
    address.port = (uint16_t)number;
    *ret_address = address;
    return RC_OK;
}

bool config_address_is_loopback(const struct config_address *address)
{
    unsigned char ip[16];
    if (str_eq_nocase(address->host, S("localhost")))
        return true;
    if (parse_ip(AF_INET, address->host, ip))
        return ip[0] == 127;
    static const unsigned char one[16] = {[15] = 1};
    return parse_ip(AF_INET6, address->host, ip) && memcmp(ip, one, sizeof one) == 0;
}

str config_origin_of(const struct config_list *origins, str link)
{
    for (size_t i = 0; i < origins->count; i++) {
        str origin = origins->items[i], rest = str_skip(link, origin.len);
        if (origin.len && str_starts(link, origin) && (!rest.len || strchr("/?#", rest.ptr[0])))
            return origin;
    }
    return STR_NONE;
}
