/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "privacy/last_seen.h"

#include "base/map.h"
#include "privacy/device_info.h"
#include "store/devices.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 16, SHARD_DEVICES = 4096, BATCH = 1000 };

struct sighting {
    uint64_t user_nid, device_nid;
    int64_t since_ms, at_ms; /* first and last noted */
    unsigned char ip[16];    /* IPv4 as IPv4-mapped */
    char agent[DEVICE_AGENT_MAX + 1];
};

struct shard {
    pthread_mutex_t lock;
    struct map sightings; /* by device */
};

struct last_seen {
    struct shard shards[SHARDS];
};

struct last_seen *last_seen_new(void)
{
    struct last_seen *seen = xcalloc(1, sizeof *seen);
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_init(&seen->shards[i].lock, NULL);
    return seen;
}

static bool forget(void *value, void *ctx)
{
    (void)ctx;
    free(value);
    return false;
}

void last_seen_free(struct last_seen **seen)
{
    if (!*seen)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        map_filter(&(*seen)->shards[i].sightings, forget, NULL);
        map_fini(&(*seen)->shards[i].sightings);
        pthread_mutex_destroy(&(*seen)->shards[i].lock);
    }
    free(*seen);
    *seen = NULL;
}

static struct sighting *add(struct shard *shard, uint64_t user_nid, uint64_t device_nid)
{
    if (shard->sightings.count >= SHARD_DEVICES)
        return NULL;
    struct sighting *sighting = xcalloc(1, sizeof *sighting);
    sighting->user_nid = user_nid;
    sighting->device_nid = device_nid;
    map_put(&shard->sightings, device_nid, sighting);
    return sighting;
}

void last_seen_note(struct last_seen *seen, uint64_t user_nid, uint64_t device_nid, const unsigned char ip[16],
                    str agent, int64_t now_ms)
{
    struct shard *shard = &seen->shards[device_nid % SHARDS];
    pthread_mutex_lock(&shard->lock);
    struct sighting *sighting = map_get(&shard->sightings, device_nid);
    bool is_new = !sighting;
    if (is_new)
        sighting = add(shard, user_nid, device_nid);
    if (sighting) {
        sighting->at_ms = now_ms;
        if (is_new)
            sighting->since_ms = now_ms;
        if (is_new || memcmp(sighting->ip, ip, sizeof sighting->ip) != 0) {
            str kept = str_head(agent, DEVICE_AGENT_MAX);
            memcpy(sighting->ip, ip, sizeof sighting->ip);
            memcpy(sighting->agent, kept.len ? kept.ptr : "", kept.len);
            sighting->agent[kept.len] = 0;
        }
    }
    pthread_mutex_unlock(&shard->lock);
}

/* ---- writing ---- */

struct taking {
    struct arena *arena;
    int64_t before_ms;
    struct sighting **taken;
    size_t count;
};

static bool take_some(void *value, void *ctx)
{
    struct taking *taking = ctx;
    if (taking->count == BATCH || ((struct sighting *)value)->since_ms > taking->before_ms)
        return true;
    struct sighting *copy = arena_new(taking->arena, struct sighting);
    *copy = *(struct sighting *)value;
    free(value);
    taking->taken[taking->count++] = copy;
    return false;
}

static str address_text(struct arena *arena, const unsigned char ip[16])
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, ip, text, sizeof text);
    str address = str_of(text), mapped = S("::ffff:");
    return arena_dup(arena, str_starts(address, mapped) ? str_skip(address, mapped.len) : address);
}

enum rc last_seen_write(struct last_seen *seen, struct tx *tx)
{
    struct taking taking = {.arena = tx->arena,
                            .before_ms = env_now_ms(tx->env) - LAST_SEEN_EVERY_MS,
                            .taken = arena_array(tx->arena, struct sighting *, BATCH)};
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &seen->shards[i];
        pthread_mutex_lock(&shard->lock);
        if (taking.count < BATCH)
            map_filter(&shard->sightings, take_some, &taking);
        pthread_mutex_unlock(&shard->lock);
    }
    for (size_t i = 0; i < taking.count; i++) {
        const struct sighting *s = taking.taken[i];
        struct device device;
        TRY(devices_note_seen(tx, s->user_nid, s->device_nid, s->at_ms));
        if (devices_get(tx, s->device_nid, &device) != RC_OK)
            continue; /* signed out meanwhile: nothing is kept of it */
        TRY(device_info_set_seen(tx, s->user_nid, s->device_nid, address_text(tx->arena, s->ip), str_of(s->agent)));
    }
    return RC_OK;
}
