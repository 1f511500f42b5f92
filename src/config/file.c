/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* INI as everyone knows it: [section], key = value, and whole lines of comment after # or ;. */
#include "config/config_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = 1024 * 1024 };

static enum rc read_line(struct config *config, const char *place, str line, str *section, struct error *err)
{
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
        return RC_OK;
    if (line.ptr[0] == '[') {
        if (!str_ends(line, S("]")))
            return error_set(err, RC_INVALID, "%sexpected ] at the end of a section's line", place);
        *section = str_trim(str_from(line.ptr + 1, line.len - 2));
        return RC_OK;
    }
    str name, value = str_split(line, '=', &name);
    if (!value.ptr)
        return error_set(err, RC_INVALID, "%sexpected [section], key = value or a comment after #", place);
    if (!section->len)
        return error_set(err, RC_INVALID, "%s\"%.*s\" stands before any [section]", place, STR_ARG(str_head(name, 40)));
    return config_give(config, ORIGIN_FILE, place, *section, str_trim(name), str_trim(value), err);
}

enum rc config_read_text(struct config *config, const char *file_name, str text, struct error *err)
{
    str section = STR_NONE, line;
    for (int number = 1; text.ptr; number++) {
        char place[120];
        text = str_split(text, '\n', &line);
        snprintf(place, sizeof place, "%.90s:%d: ", file_name, number);
        TRY(read_line(config, place, str_trim(line), &section, err));
    }
    return RC_OK;
}

static enum rc read_all(int fd, struct strbuf *buf)
{
    for (;;) {
        char *end = strbuf_reserve(buf, 16384);
        ssize_t got = read(fd, end, 16384);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return RC_IO;
        if (got == 0)
            return RC_OK;
        buf->len += (size_t)got;
        if (buf->len > LARGEST_FILE)
            return RC_TOO_LARGE;
    }
}

enum rc config_read_file(struct config *config, const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(err, errno == ENOENT ? RC_NOT_FOUND : RC_IO, "%.120s: %s", path, strerror(errno));
    struct strbuf buf = STRBUF_INIT;
    enum rc rc = read_all(fd, &buf);
    if (rc == RC_OK)
        rc = config_read_text(config, path, strbuf_str(&buf), err);
    else
        error_set(err, rc, "%.120s: %s", path, rc == RC_IO ? strerror(errno) : "larger than 1 MiB");
    close(fd);
    strbuf_fini(&buf);
    return rc;
}
