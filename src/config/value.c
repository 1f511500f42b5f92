/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "config/keys.h"

struct unit {
    str name;
    int64_t factor;
};

/* Written with the largest unit that divides: the first row that fits. */
static const struct unit SIZE_UNITS[] = {
    {STR_INIT("GiB"), 1 << 30}, {STR_INIT("MiB"), 1 << 20}, {STR_INIT("KiB"), 1 << 10}, {STR_INIT("B"), 1},
    {STR_INIT("G"), 1 << 30},   {STR_INIT("M"), 1 << 20},   {STR_INIT("K"), 1 << 10},   {STR_INIT(""), 1},
};
static const struct unit DURATION_UNITS[] = {
    {STR_INIT("d"), 86400000}, {STR_INIT("h"), 3600000}, {STR_INIT("min"), 60000},
    {STR_INIT("s"), 1000},     {STR_INIT("ms"), 1},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* "50 MiB": a number, optional space, a unit. */
static enum rc read_with_unit(str text, const struct unit *units, size_t count, int64_t *ret)
{
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    int64_t number;
    TRY(str_to_i64(str_head(text, digits), &number));
    str unit = str_trim(str_skip(text, digits));
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(unit, units[i].name))
            return __builtin_mul_overflow(number, units[i].factor, ret) ? RC_INVALID : RC_OK;
    }
    return RC_INVALID;
}

enum rc config_duration_read(str text, int64_t *ret_ms)
{
    return read_with_unit(text, DURATION_UNITS, COUNT(DURATION_UNITS), ret_ms);
}

static void write_with_unit(int64_t number, const struct unit *units, size_t count, struct strbuf *out)
{
    size_t i = 0;
    while (i + 1 < count && (number < units[i].factor || number % units[i].factor != 0))
        i++;
    strbuf_add_i64(out, number / units[i].factor);
    strbuf_add_char(out, ' ');
    strbuf_add(out, units[i].name);
}

static enum rc read_number(const struct config_key *key, str text, int64_t *ret)
{
    int64_t number;
    if (key->kind == CONFIG_SIZE)
        TRY(read_with_unit(text, SIZE_UNITS, COUNT(SIZE_UNITS), &number));
    else if (key->kind == CONFIG_DURATION)
        TRY(read_with_unit(text, DURATION_UNITS, COUNT(DURATION_UNITS), &number));
    else
        TRY(str_to_i64(text, &number));
    if (number < key->min || number > key->max)
        return RC_INVALID;
    *ret = number;
    return RC_OK;
}

static void write_number(const struct config_key *key, int64_t number, struct strbuf *out)
{
    if (key->kind == CONFIG_SIZE)
        write_with_unit(number, SIZE_UNITS, 4, out);
    else if (key->kind == CONFIG_DURATION)
        write_with_unit(number, DURATION_UNITS, COUNT(DURATION_UNITS), out);
    else
        strbuf_add_i64(out, number);
}

static enum rc read_bool(str text, bool *ret)
{
    static const str words[] = {STR_INIT("no"),   STR_INIT("yes"), STR_INIT("false"),
                                STR_INIT("true"), STR_INIT("off"), STR_INIT("on")};
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq(text, words[i])) {
            *ret = i % 2;
            return RC_OK;
        }
    }
    return RC_INVALID;
}

/* "300/min burst 60" */
static enum rc read_rate(str text, struct config_rate *ret)
{
    str rate, rest = str_split(text, '/', &rate);
    struct config_rate value;
    if (!str_starts(rest, S("min burst ")))
        return RC_INVALID;
    TRY(str_to_i64(str_trim(rate), &value.per_minute));
    TRY(str_to_i64(str_trim(str_skip(rest, strlen("min burst "))), &value.burst));
    if (value.per_minute < 1 || value.per_minute > 10000000 || value.burst < 1 || value.burst > 10000000)
        return RC_INVALID;
    *ret = value;
    return RC_OK;
}

/* Index of text among "a|b|c", or -1. */
static int choice_find(const char *choices, str text)
{
    str name, rest = str_of(choices);
    for (int i = 0; rest.ptr; i++) {
        rest = str_split(rest, '|', &name);
        if (str_eq(name, text))
            return i;
    }
    return -1;
}

static str choice_name(const char *choices, int index)
{
    str name = STR_NONE, rest = str_of(choices);
    for (int i = 0; i <= index && rest.ptr; i++)
        rest = str_split(rest, '|', &name);
    return name;
}

static bool is_url(str text)
{
    struct config_address address;
    return config_address_read(text, &address) == RC_OK;
}

/* Spec, appendices, "Server Name": a host name or an IP address, with an optional port. */
static bool is_server_name(struct arena *arena, str text)
{
    return text.len <= 230 && is_url(arena_concat(arena, S("https://"), text, STR_NONE)) && !str_ends(text, S("/"));
}

static bool is_turn_uri(str text)
{
    str rest, scheme;
    rest = str_split(text, ':', &scheme);
    return (str_eq(scheme, S("turn")) || str_eq(scheme, S("turns"))) && rest.len && !str_starts(rest, S("/"));
}

/* preview/hosts.h: a name in lower case, "*." before it, "*" alone; a port behind it. */
static bool is_host(struct arena *arena, str item)
{
    str name = str_starts(item, S("*.")) ? str_skip(item, 2) : item;
    if (str_eq(item, S("*")))
        return true;
    for (size_t i = 0; i < item.len; i++)
        if (item.ptr[i] >= 'A' && item.ptr[i] <= 'Z')
            return false;
    return !str_contains(name, S("*")) && is_server_name(arena, name);
}

static bool is_item(const struct config_key *key, struct arena *arena, str item)
{
    struct config_address address;
    if (key->kind == CONFIG_FILES)
        return str_is_utf8(item);
    if (key->kind == CONFIG_ADDRESSES)
        return config_is_ip(item);
    if (key->kind == CONFIG_ORIGINS)
        return is_url(item) && !str_ends(item, S("/"));
    if (key->kind == CONFIG_TURN_URIS)
        return is_turn_uri(item);
    if (key->kind == CONFIG_HOSTS)
        return is_host(arena, item);
    /* Port 0 lets the system choose one; it has to be written out. */
    bool has_port = str_contains(str_skip(item, strlen("https:")), S(":"));
    return config_address_read(item, &address) == RC_OK && has_port;
}

/* Items stand between commas or spaces; what may hold spaces itself, between commas. */
static enum rc read_list(const struct config_key *key, struct arena *arena, str text, bool add,
                         struct config_list *list)
{
    size_t most = list->count + text.len / 2 + 1, count = add ? list->count : 0;
    str *items = arena_array(arena, str, most);
    const char *between = key->kind == CONFIG_FILES ? "," : ", \t";
    if (count)
        memcpy(items, list->items, count * sizeof *items);
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && !strchr(between, text.ptr[end]))
            end++;
        str item = str_trim(str_from(text.ptr + at, end - at));
        if (item.len && !is_item(key, arena, item))
            return RC_INVALID;
        if (item.len)
            items[count++] = arena_dup(arena, item);
        at = end + 1;
    }
    *list = (struct config_list){items, count};
    return RC_OK;
}

static enum rc read_text(const struct config_key *key, struct arena *arena, str text, str *ret)
{
    bool fits = true;
    bool empty_default = key->fallback[0] == '\0';
    switch (key->kind) {
    case CONFIG_NAME: fits = is_server_name(arena, text); break;
    case CONFIG_WORD: fits = choice_find(key->choices, text) >= 0; break;
    case CONFIG_URL: fits = (empty_default && text.len == 0) || is_url(text); break;
    case CONFIG_URL_OFF: fits = str_eq(text, S("off")) || is_url(text); break;
    default: fits = (empty_default || text.len > 0) && str_is_utf8(text) && !memchr(text.ptr, 0, text.len); break;
    }
    if (!fits)
        return RC_INVALID;
    if (key->kind == CONFIG_URL && str_ends(text, S("/")))
        text.len--;
    *ret = arena_dup(arena, text);
    return RC_OK;
}

enum rc config_value_read(const struct config_key *key, struct arena *arena, str text, bool add, struct config *config)
{
    void *field = (char *)config + key->offset;
    switch (key->kind) {
    case CONFIG_BOOL: return read_bool(text, field);
    case CONFIG_NUMBER:
    case CONFIG_SIZE:
    case CONFIG_DURATION: return read_number(key, text, field);
    case CONFIG_RATE: return read_rate(text, field);
    case CONFIG_CHOICE: {
        int index = choice_find(key->choices, text);
        if (index < 0)
            return RC_INVALID;
        *(int *)field = index;
        return RC_OK;
    }
    case CONFIG_URLS:
    case CONFIG_ORIGINS:
    case CONFIG_TURN_URIS:
    case CONFIG_FILES:
    case CONFIG_HOSTS:
    case CONFIG_ADDRESSES: return read_list(key, arena, text, add, field);
    default: return read_text(key, arena, text.ptr ? text : S(""), field);
    }
}

static void write_list(const struct config_list *list, struct strbuf *out)
{
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            strbuf_add(out, S(", "));
        strbuf_add(out, list->items[i]);
    }
}

void config_value_write(const struct config_key *key, const struct config *config, struct strbuf *out)
{
    const void *field = (const char *)config + key->offset;
    switch (key->kind) {
    case CONFIG_BOOL: strbuf_add(out, *(const bool *)field ? S("yes") : S("no")); break;
    case CONFIG_NUMBER:
    case CONFIG_SIZE:
    case CONFIG_DURATION: write_number(key, *(const int64_t *)field, out); break;
    case CONFIG_RATE: {
        const struct config_rate *rate = field;
        strbuf_printf(out, "%lld/min burst %lld", (long long)rate->per_minute, (long long)rate->burst);
        break;
    }
    case CONFIG_CHOICE: strbuf_add(out, choice_name(key->choices, *(const int *)field)); break;
    case CONFIG_URLS:
    case CONFIG_ORIGINS:
    case CONFIG_TURN_URIS:
    case CONFIG_FILES:
    case CONFIG_HOSTS:
    case CONFIG_ADDRESSES: write_list(field, out); break;
    default: strbuf_add(out, *(const str *)field); break;
    }
}

static void expected_choices(const char *choices, struct strbuf *out)
{
    str name, rest = str_of(choices);
    const char *lead = "";
    while (rest.ptr) {
        rest = str_split(rest, '|', &name);
        strbuf_printf(out, "%s%.*s", lead, STR_ARG(name));
        lead = rest.ptr && !str_contains(rest, S("|")) ? " or " : ", ";
    }
}

void config_value_expected(const struct config_key *key, struct strbuf *out)
{
    switch (key->kind) {
    case CONFIG_TEXT: strbuf_add(out, S("a text")); return;
    case CONFIG_NAME: strbuf_add(out, S("a host name with an optional port")); return;
    case CONFIG_BOOL: strbuf_add(out, S("yes or no")); return;
    case CONFIG_RATE: strbuf_add(out, S("a rate such as 300/min burst 60")); return;
    case CONFIG_CHOICE:
    case CONFIG_WORD: expected_choices(key->choices, out); return;
    case CONFIG_URL: strbuf_add(out, S("an address such as https://chat.example.org")); return;
    case CONFIG_URL_OFF: strbuf_add(out, S("an address such as http://127.0.0.1:9464, or off")); return;
    case CONFIG_URLS: strbuf_add(out, S("addresses such as https://0.0.0.0:443, separated by commas")); return;
    case CONFIG_ORIGINS: strbuf_add(out, S("addresses such as https://app.example.org, separated by commas")); return;
    case CONFIG_TURN_URIS:
        strbuf_add(out, S("addresses such as turn:turn.example.org:3478?transport=udp, separated by commas"));
        return;
    case CONFIG_FILES: strbuf_add(out, S("paths of files, separated by commas")); return;
    case CONFIG_HOSTS: strbuf_add(out, S("hosts such as example.org or *.example.org, separated by commas")); return;
    case CONFIG_ADDRESSES: strbuf_add(out, S("IP addresses, separated by commas")); return;
    case CONFIG_NUMBER: strbuf_add(out, S("a whole number")); break;
    case CONFIG_SIZE: strbuf_add(out, S("a size")); break;
    case CONFIG_DURATION: strbuf_add(out, S("a duration")); break;
    }
    strbuf_add(out, S(" from "));
    write_number(key, key->min, out);
    strbuf_add(out, S(" to "));
    write_number(key, key->max, out);
}
