/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of every configuration key. Adding a key is adding a field to struct config and a row to keys.c. */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include "config/config.h"

enum config_kind {
    CONFIG_TEXT,      /* str */
    CONFIG_NAME,      /* str: a server name as the spec has it: host and optional port */
    CONFIG_BOOL,      /* bool */
    CONFIG_NUMBER,    /* int64_t */
    CONFIG_SIZE,      /* int64_t bytes */
    CONFIG_DURATION,  /* int64_t milliseconds */
    CONFIG_RATE,      /* struct config_rate */
    CONFIG_CHOICE,    /* int: index into choices */
    CONFIG_WORD,      /* str: one of choices */
    CONFIG_URL,       /* str: http or https, host, optional port */
    CONFIG_URL_OFF,   /* the same or "off" */
    CONFIG_URLS,      /* struct config_list of them, each with a port */
    CONFIG_ORIGINS,   /* struct config_list of them, without a path */
    CONFIG_ADDRESSES, /* struct config_list of IP addresses */
    CONFIG_TURN_URIS, /* struct config_list of turn: and turns: URIs */
    CONFIG_FILES,     /* struct config_list of paths */
    CONFIG_HOSTS,     /* struct config_list of host patterns */
};

struct config_key {
    const char *section, *name;
    enum config_kind kind;
    size_t offset;        /* of the field in struct config */
    const char *fallback; /* the default, as one would write it */
    int64_t min, max;     /* for numbers, sizes and durations */
    const char *choices;  /* for CHOICE and WORD: "auto|text|json" */
    const char *help;     /* sentences for the operator */
};

struct config_section {
    const char *name, *help;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;
extern const struct config_section config_sections[];
extern const size_t config_section_count;

/* NULL when there is no such key. */
const struct config_key *config_key_find(str section, str name);

/* Checks text and stores it at the key's place in config. RC_INVALID when it is not what the key expects.
 * add: a list keeps what it has. Strings are copied into the arena. */
enum rc config_value_read(const struct config_key *key, struct arena *arena, str text, bool add,
                          struct config *config) MUST_USE;
/* What the key takes, in words: "a whole number from 0 to 256". */
void config_value_expected(const struct config_key *key, struct strbuf *out);
/* The key's value in config, as one would write it. */
void config_value_write(const struct config_key *key, const struct config *config, struct strbuf *out);

/* Takes http(s)://host[:port] apart; without a port it is 0. RC_INVALID when it is not one. */
enum rc config_address_read(str url, struct config_address *ret_address) MUST_USE;
bool config_is_ip(str text);

#endif
