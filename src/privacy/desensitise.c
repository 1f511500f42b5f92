/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/desensitise.h"

#include "privacy/address_block.h"

enum { CODE_MAX = 3, DIGITS_MIN = 7, DIGITS_MAX = 15 };

/* ITU-T E.164 Annex D: 1 and 7 stand alone, these have two digits, all others three. */
static bool is_two_digit_code(char first, char second)
{
    static const char *const seconds[10] = {[2] = "07",      [3] = "0123469", [4] = "013456789", [5] = "12345678",
                                            [6] = "0123456", [8] = "1246",    [9] = "0123458"};
    const char *allowed = seconds[first - '0'];
    return allowed && second && strchr(allowed, second);
}

static bool is_e164(str number)
{
    if (number.len < 1 + DIGITS_MIN || number.len > 1 + DIGITS_MAX || number.ptr[0] != '+' || number.ptr[1] == '0')
        return false;
    for (size_t i = 1; i < number.len; i++) {
        if (number.ptr[i] < '0' || number.ptr[i] > '9')
            return false;
    }
    return true;
}

static size_t code_len(str number)
{
    if (number.ptr[1] == '1' || number.ptr[1] == '7')
        return 1;
    return is_two_digit_code(number.ptr[1], number.ptr[2]) ? 2 : CODE_MAX;
}

/* "+49", as a number is left after this was done to it before. */
static bool is_code(str text)
{
    if (text.len < 2 || text.len > 1 + CODE_MAX || text.ptr[0] != '+' || text.ptr[1] == '0')
        return false;
    char padded[1 + CODE_MAX + 1] = "+000";
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        padded[i] = text.ptr[i];
    }
    return code_len(str_of(padded)) == text.len - 1;
}

str desensitise_phone(str number)
{
    if (is_code(number))
        return number;
    return is_e164(number) ? str_head(number, 1 + code_len(number)) : STR_NONE;
}

str desensitise_address(struct arena *arena, str address)
{
    struct address_block block;
    if (address_block_parse(address, &block) != RC_OK)
        return STR_NONE;
    address_block_widen(&block, 24, 48);
    return address_block_text(arena, &block);
}

/* ---- agents ---- */

struct known {
    const char *mark, *name;
};

/* The first that is found counts: browsers name the others they want to be taken for behind themselves or before. A
 * name finds itself, so that what is coarse stays as it is. */
static const struct known products[] = {
    {"Element X", "Element X"},
    {"Element", "Element"},
    {"FluffyChat", "FluffyChat"},
    {"Nheko", "Nheko"},
    {"nheko", "Nheko"},
    {"Cinny", "Cinny"},
    {"SchildiChat", "SchildiChat"},
    {"Parley", "Parley"},
    {"Edg", "Edge"},
    {"OPR/", "Opera"},
    {"Opera", "Opera"},
    {"SamsungBrowser", "SamsungBrowser"},
    {"MicroMessenger", "MicroMessenger"},
    {"Firefox", "Firefox"},
    {"FxiOS", "Firefox"},
    {"CriOS", "Chrome"},
    {"Chrome", "Chrome"},
    {"Chromium", "Chrome"},
    {"Safari", "Safari"},
    {"curl", "curl"},
};
static const struct known systems[] = {
    {"Android", "Android"}, {"iPhone", "iOS"},  {"iPad", "iOS"},  {"iOS", "iOS"},     {"Windows", "Windows"},
    {"Mac OS", "macOS"},    {"macOS", "macOS"}, {"CrOS", "CrOS"}, {"Linux", "Linux"},
};

static const char *find(const struct known *known, size_t count, str agent)
{
    for (size_t i = 0; i < count; i++) {
        if (str_contains(agent, str_of(known[i].mark)))
            return known[i].name;
    }
    return NULL;
}

str desensitise_product(str agent)
{
    const char *product = find(products, sizeof products / sizeof *products, agent);
    return agent.len ? str_of(product ? product : "Other") : STR_NONE;
}

str desensitise_agent(struct arena *arena, str agent)
{
    str product = desensitise_product(agent);
    const char *system = find(systems, sizeof systems / sizeof *systems, agent);
    return system ? arena_concat(arena, product, S(" on "), str_of(system)) : product;
}

/* ---- time ---- */

/* The proleptic Gregorian date of a day counted from 1970: eras of 400 years, years that begin in March. */
str desensitise_time(struct arena *arena, int64_t ms)
{
    enum { DAY_MS = 24 * 3600 * 1000, ERA_DAYS = 146097, TO_1970 = 719468 };
    int64_t days = ms / DAY_MS - (ms % DAY_MS < 0) + TO_1970;
    int64_t era = days / ERA_DAYS - (days % ERA_DAYS < 0);
    int64_t day = days - era * ERA_DAYS;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t of_month = of_year - (153 * month + 2) / 5 + 1;
    return arena_printf(arena, "%04lld-%02d-%02d", (long long)(year + era * 400 + (month >= 10)),
                        (int)(month < 10 ? month + 3 : month - 9), (int)of_month);
}

str desensitise(struct arena *arena, enum masking kind, str value)
{
    switch (kind) {
    case MASK_PHONE: return desensitise_phone(value);
    case MASK_ADDRESS: return desensitise_address(arena, value);
    case MASK_AGENT: return desensitise_agent(arena, value);
    case MASK_NOT_NEEDED: return value;
    case MASK_EMAIL:
    case MASK_NAME:
    case MASK_NOTHING_LEFT: break;
    }
    return STR_NONE;
}
