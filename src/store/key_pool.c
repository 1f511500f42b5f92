/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "store/key_pool.h"

#include "base/vec.h"

#include <pthread.h>
#include <sys/mman.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct key_pool {
    pthread_mutex_t lock;
    struct data_key *free;
    VEC(void *) chunks;
};

struct key_pool *key_pool_new(void)
{
    struct key_pool *pool = xcalloc(1, sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

void key_pool_free(struct key_pool **pool_ptr)
{
    struct key_pool *pool = *pool_ptr;
    if (!pool)
        return;
    for (size_t i = 0; i < pool->chunks.count; i++)
        munmap(pool->chunks.items[i], CHUNK_BYTES);
    vec_fini(&pool->chunks);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    *pool_ptr = NULL;
}

static void chunk_add(struct key_pool *pool)
{
    void *chunk = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED)
        abort();
    /* Beyond RLIMIT_MEMLOCK a key may be swapped: worse than refusing service? No. */
    (void)mlock(chunk, CHUNK_BYTES);
    (void)madvise(chunk, CHUNK_BYTES, MADV_DONTDUMP);
    vec_push(&pool->chunks, chunk);
    struct data_key *keys = chunk;
    for (size_t i = 0; i < CHUNK_BYTES / sizeof *keys; i++) {
        keys[i].next_free = pool->free;
        pool->free = &keys[i];
    }
}

struct data_key *data_key_new(struct key_pool *pool, const struct crypto_key *key)
{
    pthread_mutex_lock(&pool->lock);
    if (!pool->free)
        chunk_add(pool);
    struct data_key *data_key = pool->free;
    pool->free = data_key->next_free;
    pthread_mutex_unlock(&pool->lock);
    data_key->refs = 1;
    data_key->pool = pool;
    data_key->destroyed = !key;
    if (key)
        data_key->key = *key;
    return data_key;
}

void data_key_unref(const struct data_key **key_ptr)
{
    struct data_key *key = (struct data_key *)*key_ptr;
    *key_ptr = NULL;
    if (!key || atomic_fetch_sub_explicit(&key->refs, 1, memory_order_acq_rel) != 1)
        return;
    struct key_pool *pool = key->pool;
    crypto_wipe(&key->key, sizeof key->key);
    pthread_mutex_lock(&pool->lock);
    key->next_free = pool->free;
    pool->free = key;
    pthread_mutex_unlock(&pool->lock);
}

static void kind_ref(const void *value)
{
    atomic_fetch_add_explicit(&((struct data_key *)value)->refs, 1, memory_order_relaxed);
}

static void kind_unref(const void *value)
{
    const struct data_key *key = value;
    data_key_unref(&key);
}

static size_t kind_weight(const void *value)
{
    (void)value;
    return sizeof(struct data_key);
}

const struct cache_kind data_key_kind = {kind_ref, kind_unref, kind_weight, NULL};
