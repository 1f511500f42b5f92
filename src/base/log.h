/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Structured logs to stderr: one line an event, text on a terminal, JSON otherwise.
 *
 * A field is a number or a word of the program's own. There is deliberately no way to pass a str: what
 * comes from a request, a person or a key has a type that no field accepts (obligation 1.2).
 *
 *   log_event(LOG_INFO, "listening", LOG_TEXT("scheme", "https"), LOG_INT("port", 8443));
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name;
    const char *text; /* NULL: number counts */
    int64_t number;
};

#define LOG_INT(name, value) ((struct log_field){"" name, NULL, (int64_t)(value)})
/* A word of the program's own: a literal, an rc_name(), an endpoint's name. Never input. */
#define LOG_TEXT(name, word) ((struct log_field){"" name, (word), 0})
/* The words of an operator's error (struct error: never personal by its contract). */
#define LOG_ERROR_TEXT(err) ((struct log_field){"error", (err)->text, 0})

void log_set_level(enum log_level level);
/* json: one object a line; otherwise text for people. */
void log_set_json(bool json);

void log_fields(enum log_level level, const char *event, const struct log_field *fields, size_t count);

#define log_event(level, event, ...)                                                                                   \
    log_fields((level), (event), (struct log_field[]){__VA_ARGS__},                                                    \
               sizeof((struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))
/* Without fields. */
#define log_note(level, event) log_fields((level), (event), NULL, 0)

#endif
