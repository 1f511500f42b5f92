/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The built-in provider: messages become lines of a file only the operator can read (0600, appended), one JSON
 * object each: {"channel","recipient","subject","text","ts","key"}. The newest stay in memory for the operator's page.
 */
#ifndef NOTIFY_FILE_PROVIDER_H
#define NOTIFY_FILE_PROVIDER_H

#include "notify/outbox.h"

enum {
    FILE_PROVIDER_KEEPS = 200, /* messages for the page */
    FILE_PROVIDER_KEEPS_MS = 24 * 3600 * 1000,
};

struct file_provider;

enum rc file_provider_new(const char *path, struct file_provider **ret_provider, struct error *err) MUST_USE;
/* To be handed to outbox_new(), which frees it. */
struct provider *file_provider_as_provider(struct file_provider *provider);
/* Calls visit with the JSON text of each kept message, newest first. Thread-safe. */
void file_provider_recent(struct file_provider *provider, void (*visit)(str line, void *ctx), void *ctx);
/* Forgets messages made before that time, in the file and in memory (obligation 4.2). Thread-safe. */
enum rc file_provider_forget(struct file_provider *provider, int64_t before_ms, struct error *err) MUST_USE;

#endif
