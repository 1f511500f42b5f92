/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/file_provider.h"

#include "base/container.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct file_provider {
    struct provider provider;
    char *path;
    int fd;
    pthread_mutex_t lock;
    str lines[FILE_PROVIDER_KEEPS]; /* a ring of heap strings, without the line's end */
    size_t next;                    /* where the next one goes */
};

static str line_of(const struct outgoing *message)
{
    struct strbuf line = STRBUF_INIT;
    strbuf_add(&line, S("{\"channel\":"));
    strbuf_add_json(&line, str_of(message->channel));
    strbuf_add(&line, S(",\"recipient\":"));
    strbuf_add_json(&line, message->recipient);
    if (message->subject.len) {
        strbuf_add(&line, S(",\"subject\":"));
        strbuf_add_json(&line, message->subject);
    }
    strbuf_add(&line, S(",\"text\":"));
    strbuf_add_json(&line, message->text);
    strbuf_add(&line, S(",\"ts\":"));
    strbuf_add_i64(&line, message->created_ms);
    strbuf_add(&line, S(",\"key\":"));
    strbuf_add_json(&line, message->key);
    strbuf_add(&line, S("}\n"));
    return strbuf_take(&line);
}

static void keep(struct file_provider *self, str line)
{
    str *slot = &self->lines[self->next];
    free((char *)slot->ptr);
    *slot = str_head(line, line.len - 1);
    self->next = (self->next + 1) % FILE_PROVIDER_KEEPS;
}

static enum rc deliver(struct provider *provider, const struct outgoing *message)
{
    struct file_provider *self = CONTAINER_OF(provider, struct file_provider, provider);
    str line = line_of(message);
    /* One write of an appended line: whole or, on a full disk, reported. */
    pthread_mutex_lock(&self->lock);
    bool ok = write(self->fd, line.ptr, line.len) == (ssize_t)line.len;
    if (ok)
        keep(self, line);
    else
        free((char *)line.ptr);
    pthread_mutex_unlock(&self->lock);
    return ok ? RC_OK : RC_IO;
}

static void provider_free(struct provider *provider)
{
    struct file_provider *self = CONTAINER_OF(provider, struct file_provider, provider);
    for (size_t i = 0; i < FILE_PROVIDER_KEEPS; i++)
        free((char *)self->lines[i].ptr);
    close(self->fd);
    free(self->path);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

enum rc file_provider_new(const char *path, struct file_provider **ret_provider, struct error *err)
{
    int fd = open_file(path);
    if (fd < 0)
        return error_set(err, RC_IO, "cannot open the outbox file %s: %s", path, strerror(errno));
    struct file_provider *self = xcalloc(1, sizeof *self);
    self->provider = (struct provider){.deliver = deliver, .free = provider_free};
    self->path = strdup(path);
    self->fd = fd;
    pthread_mutex_init(&self->lock, NULL);
    *ret_provider = self;
    return RC_OK;
}

struct provider *file_provider_as_provider(struct file_provider *provider)
{
    return &provider->provider;
}

void file_provider_recent(struct file_provider *provider, void (*visit)(str line, void *ctx), void *ctx)
{
    pthread_mutex_lock(&provider->lock);
    for (size_t i = 0; i < FILE_PROVIDER_KEEPS; i++) {
        str line = provider->lines[(provider->next + 2 * FILE_PROVIDER_KEEPS - 1 - i) % FILE_PROVIDER_KEEPS];
        if (line.ptr)
            visit(line, ctx);
    }
    pthread_mutex_unlock(&provider->lock);
}

/* ---- forgetting ---- */

static enum rc read_all(const char *path, struct strbuf *out, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = 0;
    if (fd < 0)
        return error_set(err, RC_IO, "cannot read the outbox file: %s", strerror(errno));
    do {
        out->len += (size_t)got;
        got = read(fd, strbuf_reserve(out, 65536), 65536);
    } while (got > 0);
    close(fd);
    return got == 0 ? RC_OK : error_set(err, RC_IO, "cannot read the outbox file: %s", strerror(errno));
}

/* 0 when the line is none of ours. In the text a quote is escaped: this cannot be found there. */
static int64_t time_of(str line)
{
    static const char member[] = ",\"ts\":";
    const char *at = memmem(line.ptr, line.len, member, sizeof member - 1);
    return at ? strtoll(at + sizeof member - 1, NULL, 10) : 0;
}

/* What is left of the file: lines are in the order of their times. */
static str young_part(str all, int64_t before_ms)
{
    str line, rest = all;
    while (rest.len) {
        str after = str_split(rest, '\n', &line);
        if (time_of(line) >= before_ms)
            break;
        rest = after.ptr ? after : STR_NONE;
    }
    return rest;
}

static bool write_whole(int fd, str text)
{
    while (text.len) {
        ssize_t written = write(fd, text.ptr, text.len);
        if (written <= 0)
            return false;
        text = str_skip(text, (size_t)written);
    }
    return fsync(fd) == 0;
}

/* The file is replaced whole, so that a crash leaves the old one or the new one. */
static enum rc replace_file(struct file_provider *self, str text, struct error *err)
{
    struct arena arena = ARENA_INIT;
    const char *temporary = arena_printf(&arena, "%s.part", self->path).ptr;
    (void)unlink(temporary);
    int fd = open_file(temporary);
    bool ok = fd >= 0 && write_whole(fd, text) && rename(temporary, self->path) == 0;
    enum rc rc = ok ? RC_OK : error_set(err, RC_IO, "cannot rewrite the outbox file: %s", strerror(errno));
    arena_fini(&arena);
    if (!ok && fd >= 0)
        close(fd);
    if (!ok)
        return rc;
    close(self->fd);
    self->fd = fd;
    return rc;
}

static void forget_in_memory(struct file_provider *self, int64_t before_ms)
{
    for (size_t i = 0; i < FILE_PROVIDER_KEEPS; i++) {
        str *line = &self->lines[i];
        if (line->ptr && time_of(*line) < before_ms) {
            free((char *)line->ptr);
            *line = STR_NONE;
        }
    }
}

enum rc file_provider_forget(struct file_provider *provider, int64_t before_ms, struct error *err)
{
    struct strbuf all = STRBUF_INIT;
    pthread_mutex_lock(&provider->lock);
    forget_in_memory(provider, before_ms);
    enum rc rc = read_all(provider->path, &all, err);
    str young = rc == RC_OK ? young_part(strbuf_str(&all), before_ms) : STR_NONE;
    if (rc == RC_OK && young.len < all.len)
        rc = replace_file(provider, young, err);
    pthread_mutex_unlock(&provider->lock);
    strbuf_fini(&all);
    return rc;
}
