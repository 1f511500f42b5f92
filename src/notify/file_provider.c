/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "notify/file_provider.h"

#include "base/container.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct file_provider {
    struct provider provider;
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
    pthread_mutex_lock(&self->lock);
    str *slot = &self->lines[self->next];
    free((char *)slot->ptr);
    *slot = str_head(line, line.len - 1);
    self->next = (self->next + 1) % FILE_PROVIDER_KEEPS;
    pthread_mutex_unlock(&self->lock);
}

static enum rc deliver(struct provider *provider, const struct outgoing *message)
{
    struct file_provider *self = CONTAINER_OF(provider, struct file_provider, provider);
    str line = line_of(message);
    /* One write of an appended line: whole or, on a full disk, reported. */
    ssize_t written = write(self->fd, line.ptr, line.len);
    if (written != (ssize_t)line.len) {
        free((char *)line.ptr);
        return RC_IO;
    }
    keep(self, line);
    return RC_OK;
}

static void provider_free(struct provider *provider)
{
    struct file_provider *self = CONTAINER_OF(provider, struct file_provider, provider);
    for (size_t i = 0; i < FILE_PROVIDER_KEEPS; i++)
        free((char *)self->lines[i].ptr);
    close(self->fd);
    pthread_mutex_destroy(&self->lock);
    free(self);
}

enum rc file_provider_new(const char *path, struct file_provider **ret_provider, struct error *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return error_set(err, RC_IO, "cannot open the outbox file %s: %s", path, strerror(errno));
    struct file_provider *self = xcalloc(1, sizeof *self);
    self->provider = (struct provider){.deliver = deliver, .free = provider_free};
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
