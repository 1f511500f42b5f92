/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Messages that leave the server. Each is a row of the commit that caused it, sealed; a thread for its channel delivers
 * the rows and removes them: at least once, with a key by which the receiving side can tell a repetition, retried with
 * growing pauses until the message lapses, after a restart too. A channel that is stuck holds no other up.
 *
 * How a message leaves is a provider's matter. The built-in one writes JSON lines to a file and keeps the newest in
 * memory for the operator's page: for trying out, and for channels nothing else is configured for.
 */
#ifndef NOTIFY_OUTBOX_H
#define NOTIFY_OUTBOX_H

#include "base/language.h"
#include "base/strbuf.h"
#include "store/store.h"

struct outgoing {
    const char *channel; /* "sms", "email" */
    str recipient;       /* E.164, or an e-mail address in its canonical form */
    str subject;         /* of an e-mail */
    str text;
    enum language language; /* of subject and text */
    int64_t lapses_ms;      /* wall clock: not sent after this */
    int64_t created_ms;     /* filled in */
    str key;                /* the idempotency key; filled in by outbox_add() */
};

struct provider {
    /* RC_OK: the other side has it. RC_FORBIDDEN: it never will: the message is given up. Anything else: again later.
     * On the outbox's thread. */
    enum rc (*deliver)(struct provider *provider, const struct outgoing *message);
    /* NULL, or gives up what deliver() is at, from another thread: it is tried again at the next start. */
    void (*stop)(struct provider *provider);
    void (*free)(struct provider *provider);
};

/* A provider may serve several channels if its deliver() is thread-safe. */
struct outbox_channel {
    const char *name;
    struct provider *provider;
};

enum { OUTBOX_CHANNELS_MAX = 4 };

struct outbox;

/* Takes over the providers, once it has succeeded. Starts the threads, which begin with what an earlier run left. */
enum rc outbox_new(struct store *store, const struct outbox_channel *channels, size_t count, struct outbox **ret_outbox,
                   struct error *err) MUST_USE;
/* Finishes the messages under way, or stops them, then ends the threads. What is left stays in its rows. Before
 * store_close(). */
void outbox_free(struct outbox **outbox);

/* WRITE. Delivered once the commit is durable. outbox may be NULL: then at the next start. RC_FORBIDDEN: this contact
 * asked for no more messages (obligation 1.9). */
enum rc outbox_add(struct tx *tx, struct outbox *outbox, struct outgoing *message) MUST_USE;

/* Has this contact asked for no more messages? */
enum rc outbox_is_refused(struct tx *tx, str contact, bool *ret_refused) MUST_USE;
/* WRITE. STOP and START words, as a provider reports them. */
enum rc outbox_set_refused(struct tx *tx, str contact, bool refused) MUST_USE;

#endif
