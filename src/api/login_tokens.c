/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/login_tokens.h"

#include <pthread.h>
#include <stdlib.h>

enum { TOKEN_MAX = 128 };

/* Used ones stay until their time is over: they count when the next is asked for. */
struct entry {
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    uint64_t user_nid, device_nid; /* user 0: free */
    int64_t made_ms;               /* steady */
    bool used;
};

struct login_tokens {
    struct env *env;
    pthread_mutex_t lock;
    size_t next;
    struct entry entries[LOGIN_TOKENS];
};

struct login_tokens *login_tokens_new(struct env *env)
{
    struct login_tokens *tokens = xcalloc(1, sizeof *tokens);
    tokens->env = env;
    pthread_mutex_init(&tokens->lock, NULL);
    return tokens;
}

void login_tokens_free(struct login_tokens **tokens)
{
    if (!*tokens)
        return;
    pthread_mutex_destroy(&(*tokens)->lock);
    free(*tokens);
    *tokens = NULL;
}

int64_t login_tokens_wait_ms(struct login_tokens *tokens, uint64_t user_nid)
{
    int64_t now = env_steady_ms(tokens->env), wait = 0;
    pthread_mutex_lock(&tokens->lock);
    for (size_t i = 0; i < LOGIN_TOKENS; i++) {
        const struct entry *entry = &tokens->entries[i];
        int64_t left = entry->made_ms + LOGIN_TOKEN_GAP_MS - now;
        if (entry->user_nid == user_nid && left > wait)
            wait = left;
    }
    pthread_mutex_unlock(&tokens->lock);
    return wait;
}

void login_tokens_add(struct login_tokens *tokens, const unsigned char hash[CRYPTO_TOKEN_HASH_SIZE], uint64_t user_nid,
                      uint64_t device_nid)
{
    pthread_mutex_lock(&tokens->lock);
    struct entry *entry = &tokens->entries[tokens->next++ % LOGIN_TOKENS];
    *entry = (struct entry){.user_nid = user_nid, .device_nid = device_nid, .made_ms = env_steady_ms(tokens->env)};
    memcpy(entry->hash, hash, sizeof entry->hash);
    pthread_mutex_unlock(&tokens->lock);
}

enum rc login_tokens_take(struct login_tokens *tokens, str token, uint64_t *ret_user_nid, uint64_t *ret_device_nid)
{
    unsigned char hash[CRYPTO_TOKEN_HASH_SIZE];
    int64_t now = env_steady_ms(tokens->env);
    enum rc rc = RC_FORBIDDEN;
    if (!token.len || token.len > TOKEN_MAX)
        return RC_FORBIDDEN;
    crypto_token_hash(token, hash);
    pthread_mutex_lock(&tokens->lock);
    for (size_t i = 0; i < LOGIN_TOKENS && rc != RC_OK; i++) {
        struct entry *entry = &tokens->entries[i];
        if (!entry->user_nid || entry->used || entry->made_ms + LOGIN_TOKEN_LIFE_MS <= now
            || memcmp(entry->hash, hash, sizeof hash) != 0)
            continue;
        entry->used = true;
        *ret_user_nid = entry->user_nid;
        *ret_device_nid = entry->device_nid;
        rc = RC_OK;
    }
    pthread_mutex_unlock(&tokens->lock);
    return rc;
}
