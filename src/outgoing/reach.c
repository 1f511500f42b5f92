/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "outgoing/reach.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct block4 {
    uint32_t address;
    int bits;
};

#define V4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static const struct block4 special4[] = {
    {V4(0, 0, 0, 0), 8},       /* this host, this network */
    {V4(10, 0, 0, 0), 8},      /* private */
    {V4(100, 64, 0, 0), 10},   /* shared by carriers */
    {V4(127, 0, 0, 0), 8},     /* loopback */
    {V4(169, 254, 0, 0), 16},  /* link-local; the metadata of clouds */
    {V4(172, 16, 0, 0), 12},   /* private */
    {V4(192, 0, 0, 0), 24},    /* protocol assignments */
    {V4(192, 0, 2, 0), 24},    /* documentation */
    {V4(192, 88, 99, 0), 24},  /* relays of 6to4 */
    {V4(192, 168, 0, 0), 16},  /* private */
    {V4(198, 18, 0, 0), 15},   /* benchmarks */
    {V4(198, 51, 100, 0), 24}, /* documentation */
    {V4(203, 0, 113, 0), 24},  /* documentation */
    {V4(224, 0, 0, 0), 3},     /* multicast, reserved, broadcast */
};

struct block6 {
    uint8_t address[16];
    int bits;
};

/* Within 2000::/3, outside of which nothing is public. */
static const struct block6 special6[] = {
    {{0x20, 0x01, 0x00}, 23},             /* protocol assignments, Teredo, ORCHID */
    {{0x20, 0x01, 0x0d, 0xb8}, 32},       /* documentation */
    {{0x20, 0x02}, 16},                   /* 6to4: an IPv4 address inside */
    {{0x3f, 0xff, 0x00}, 20},             /* documentation */
    {{0x26, 0x20, 0, 0x4f, 0x80, 0}, 48}, /* sinks of reverse look-ups */
};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++)
        if ((address ^ special4[i].address) >> (32 - special4[i].bits) == 0)
            return false;
    return true;
}

static bool starts_with(const uint8_t *address, const uint8_t *block, int bits)
{
    int bytes = bits / 8, rest = bits % 8;
    return memcmp(address, block, (size_t)bytes) == 0 && (!rest || (address[bytes] ^ block[bytes]) >> (8 - rest) == 0);
}

static bool is_public6(const uint8_t address[16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(address, mapped, sizeof mapped) == 0)
        return is_public4(V4(address[12], address[13], address[14], address[15]));
    if ((address[0] & 0xe0) != 0x20)
        return false;
    for (size_t i = 0; i < sizeof special6 / sizeof *special6; i++)
        if (starts_with(address, special6[i].address, special6[i].bits))
            return false;
    return true;
}

bool reach_allows(enum outgoing_reach reach, const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        return reach == REACH_CONFIGURED || is_public4(ntohl(v4->sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        return reach == REACH_CONFIGURED || is_public6(v6->sin6_addr.s6_addr);
    }
    return false;
}
