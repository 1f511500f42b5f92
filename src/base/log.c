/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/log.h"

#include "base/strbuf.h"

#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static _Atomic enum log_level threshold = LOG_INFO;
static atomic_bool as_json;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_set_level(enum log_level level)
{
    threshold = level;
}

void log_set_json(bool json)
{
    as_json = json;
}

static void add_time(struct strbuf *line)
{
    struct timespec now;
    struct tm parts;
    char text[32];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    strbuf_printf(line, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

static void add_json(struct strbuf *line, enum log_level level, const char *event, const struct log_field *fields,
                     size_t count)
{
    strbuf_add(line, S("{\"time\":\""));
    add_time(line);
    strbuf_printf(line, "\",\"level\":\"%s\",\"event\":", level_names[level]);
    strbuf_add_json(line, str_of(event));
    for (size_t i = 0; i < count; i++) {
        strbuf_printf(line, ",\"%s\":", fields[i].name);
        if (fields[i].text)
            strbuf_add_json(line, str_of(fields[i].text));
        else
            strbuf_add_i64(line, fields[i].number);
    }
    strbuf_add(line, S("}\n"));
}

static void add_text(struct strbuf *line, enum log_level level, const char *event, const struct log_field *fields,
                     size_t count)
{
    add_time(line);
    strbuf_printf(line, " %-5s %s", level_names[level], event);
    for (size_t i = 0; i < count; i++)
        if (fields[i].text)
            strbuf_printf(line, "  %s=%s", fields[i].name, fields[i].text);
        else
            strbuf_printf(line, "  %s=%lld", fields[i].name, (long long)fields[i].number);
    strbuf_add_char(line, '\n');
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    if (level < threshold)
        return;
    struct strbuf line = STRBUF_INIT;
    (as_json ? add_json : add_text)(&line, level, event, fields, count);
    /* One write, so that lines of several threads do not mix. A log that cannot be written is not worth dying for. */
    ssize_t written = write(STDERR_FILENO, line.ptr, line.len);
    (void)written;
    strbuf_fini(&line);
}
