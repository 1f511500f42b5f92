/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/nonces.h"

#include "crypto/crypto.h"

#include <pthread.h>
#include <stdlib.h>

struct entry {
    char nonce[NONCE_LENGTH]; /* begins with 0: free */
    int64_t until_ms;         /* steady */
};

struct nonces {
    struct env *env;
    pthread_mutex_t lock;
    size_t next;
    struct entry entries[NONCES];
};

struct nonces *nonces_new(struct env *env)
{
    struct nonces *nonces = xcalloc(1, sizeof *nonces);
    nonces->env = env;
    pthread_mutex_init(&nonces->lock, NULL);
    return nonces;
}

void nonces_free(struct nonces **nonces)
{
    if (!*nonces)
        return;
    pthread_mutex_destroy(&(*nonces)->lock);
    free(*nonces);
    *nonces = NULL;
}

str nonces_draw(struct nonces *nonces, struct arena *arena)
{
    str nonce = crypto_random_name(nonces->env, arena, NONCE_LENGTH);
    pthread_mutex_lock(&nonces->lock);
    struct entry *entry = &nonces->entries[nonces->next++ % NONCES];
    memcpy(entry->nonce, nonce.ptr, NONCE_LENGTH);
    entry->until_ms = env_steady_ms(nonces->env) + NONCE_LIFE_MS;
    pthread_mutex_unlock(&nonces->lock);
    return nonce;
}

enum rc nonces_take(struct nonces *nonces, str nonce)
{
    enum rc rc = RC_FORBIDDEN;
    int64_t now = env_steady_ms(nonces->env);
    if (nonce.len != NONCE_LENGTH || !nonce.ptr[0])
        return RC_FORBIDDEN;
    pthread_mutex_lock(&nonces->lock);
    for (size_t i = 0; i < NONCES && rc != RC_OK; i++) {
        struct entry *entry = &nonces->entries[i];
        if (memcmp(entry->nonce, nonce.ptr, NONCE_LENGTH) != 0)
            continue;
        entry->nonce[0] = 0;
        if (entry->until_ms > now)
            rc = RC_OK;
    }
    pthread_mutex_unlock(&nonces->lock);
    return rc;
}
