/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The grammar of identifiers (spec: appendices, "Common Identifier Format" and "Server Name"). */
#include "room/auth.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_dns_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.';
}

static bool is_ipv6_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
}

static bool all_chars(str s, bool (*is)(char c))
{
    for (size_t i = 0; i < s.len; i++)
        if (!is(s.ptr[i]))
            return false;
    return true;
}

static bool port_is_valid(str port)
{
    return port.len >= 1 && port.len <= 5 && all_chars(port, is_digit);
}

/* server_name = hostname [ ":" port ]; IPv4 literals are of the form of DNS names. */
static bool server_name_is_valid(str name)
{
    str host = name, port = STR_NONE;
    bool literal = str_starts(name, S("["));
    if (literal) {
        size_t end = str_find_char(name, ']');
        if (end == name.len)
            return false;
        host = str_head(str_skip(name, 1), end - 1);
        str rest = str_skip(name, end + 1);
        if (rest.len && rest.ptr[0] != ':')
            return false;
        port = rest.len ? str_skip(rest, 1) : STR_NONE;
    } else {
        port = str_split(name, ':', &host);
    }
    if (port.ptr && !port_is_valid(port))
        return false;
    return literal ? host.len >= 2 && host.len <= 45 && all_chars(host, is_ipv6_char)
                   : host.len >= 1 && all_chars(host, is_dns_char);
}

str id_server_name(str id)
{
    str head;
    return str_split(id, ':', &head);
}

bool user_localpart_is_valid(str localpart)
{
    for (size_t i = 0; i < localpart.len; i++) {
        char c = localpart.ptr[i];
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || memchr("._=/+-", c, 6)))
            return false;
    }
    return localpart.len > 0;
}

bool user_id_is_valid(str user_id)
{
    if (user_id.len > EVENT_MAX_ID_BYTES || !str_starts(user_id, S("@")))
        return false;
    str localpart, server = str_split(str_skip(user_id, 1), ':', &localpart);
    return server.ptr && user_localpart_is_valid(localpart) && server_name_is_valid(server);
}

/* Any text but NUL and ':'; at least one character, or nobody could type it. */
bool room_alias_is_valid(str alias)
{
    if (alias.len > EVENT_MAX_ID_BYTES || !str_starts(alias, S("#")) || !str_is_utf8(alias))
        return false;
    str localpart, server = str_split(str_skip(alias, 1), ':', &localpart);
    return localpart.len > 0 && !memchr(localpart.ptr, 0, localpart.len) && server.ptr && server_name_is_valid(server);
}
