/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/self_checks.h"

#include "base/log.h"
#include "privacy/checks/apart.h"

#include <pthread.h>
#include <stdlib.h>

enum { FRESH_MS = 3600 * 1000 };

struct self_checks {
    char *folder;
    pthread_mutex_t lock;
    pthread_t thread;
    bool started; /* there is a thread to be joined */
    bool running;
    _Atomic bool stopping;
    int64_t begun_ms; /* 0: never */
    struct check_result *known;
    struct arena arena; /* what is known lives in it */
};

struct self_checks *self_checks_new(str folder)
{
    struct self_checks *self = xcalloc(1, sizeof *self);
    self->folder = strndup(folder.ptr, folder.len);
    pthread_mutex_init(&self->lock, NULL);
    return self;
}

void self_checks_free(struct self_checks **self)
{
    if (!*self)
        return;
    (*self)->stopping = true;
    if ((*self)->started)
        pthread_join((*self)->thread, NULL);
    pthread_mutex_destroy(&(*self)->lock);
    arena_fini(&(*self)->arena);
    free((*self)->folder);
    free(*self);
    *self = NULL;
}

static struct check_result *copy(struct arena *arena, const struct check_result *results)
{
    struct check_result *copies = arena_alloc(arena, check_count * sizeof *copies);
    for (size_t i = 0; i < check_count; i++)
        copies[i] = (struct check_result){results[i].ok, arena_dup(arena, results[i].words)};
    return copies;
}

static void *run(void *arg)
{
    struct self_checks *self = arg;
    struct arena arena = ARENA_INIT;
    struct error err = {.text = ""};
    struct check_result *results = NULL;
    if (checks_run_apart(&arena, self->folder, &self->stopping, &results, &err) != RC_OK && !self->stopping)
        log_event(LOG_WARN, "live checks", LOG_ERROR_TEXT(&err));
    pthread_mutex_lock(&self->lock);
    arena_fini(&self->arena);
    self->arena = ARENA_INIT;
    self->known = results ? copy(&self->arena, results) : NULL;
    self->running = false;
    pthread_mutex_unlock(&self->lock);
    arena_fini(&arena);
    return NULL;
}

/* Holding the lock. */
static void begin(struct self_checks *self, int64_t now_ms)
{
    if (self->started)
        pthread_join(self->thread, NULL); /* it is at its end: it needs no lock any more */
    self->begun_ms = now_ms;
    self->started = self->running = pthread_create(&self->thread, NULL, run, self) == 0;
}

struct check_result *self_checks_look(struct self_checks *self, struct arena *arena, int64_t now_ms)
{
    pthread_mutex_lock(&self->lock);
    if (!self->running && (!self->begun_ms || now_ms - self->begun_ms > FRESH_MS))
        begin(self, now_ms);
    struct check_result *results = self->known ? copy(arena, self->known) : NULL;
    pthread_mutex_unlock(&self->lock);
    return results;
}
