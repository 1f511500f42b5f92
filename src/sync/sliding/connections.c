/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/sliding/connections.h"

#include "base/hash.h"
#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>

enum { BYTES_MAX = 64 << 20, OF_ONE_DEVICE_MAX = 8 };

struct connection {
    struct connection *newer, *older; /* by use */
    uint64_t key, device_nid;
    const struct sliding_view *known, *sent; /* acknowledged; on its way. NULL: none */
    size_t conn_len;
    char conn_id[SLIDING_CONN_ID_MAX];
};

struct sliding_connections {
    pthread_mutex_t lock;
    struct map by_key;
    struct connection ends; /* of the list by use: ends.older is the newest, ends.newer the oldest */
    size_t bytes;
    uint64_t last_id;
};

struct sliding_connections *sliding_connections_new(void)
{
    struct sliding_connections *all = xcalloc(1, sizeof *all);
    pthread_mutex_init(&all->lock, NULL);
    all->ends.newer = all->ends.older = &all->ends;
    return all;
}

/* ---- with the lock held ---- */

static size_t weight(const struct sliding_view *view)
{
    return view ? sizeof *view + view->count * sizeof *view->sent : 0;
}

static void drop_view(struct sliding_connections *all, const struct sliding_view **view)
{
    all->bytes -= weight(*view);
    sliding_view_unref(view);
}

static void unlink_connection(struct connection *c)
{
    c->newer->older = c->older;
    c->older->newer = c->newer;
}

static void use(struct sliding_connections *all, struct connection *c)
{
    c->newer = &all->ends;
    c->older = all->ends.older;
    c->older->newer = c;
    all->ends.older = c;
}

static void drop(struct sliding_connections *all, struct connection *c)
{
    unlink_connection(c);
    map_remove(&all->by_key, c->key);
    drop_view(all, &c->known);
    drop_view(all, &c->sent);
    all->bytes -= sizeof *c;
    free(c);
}

static uint64_t key_of(uint64_t device_nid, str conn_id)
{
    return hash_u64(device_nid) ^ str_hash(conn_id);
}

static struct connection *find(struct sliding_connections *all, uint64_t device_nid, str conn_id)
{
    struct connection *c = map_get(&all->by_key, key_of(device_nid, conn_id));
    bool same = c && c->device_nid == device_nid && str_eq((str){c->conn_id, c->conn_len}, conn_id);
    return same ? c : NULL;
}

/* A device has few connections; who makes ever new ones only takes from itself. */
static void make_room_of_device(struct sliding_connections *all, uint64_t device_nid)
{
    size_t count = 0;
    for (struct connection *c = all->ends.older, *next; c != &all->ends; c = next) {
        next = c->older;
        if (c->device_nid == device_nid && ++count >= OF_ONE_DEVICE_MAX)
            drop(all, c);
    }
}

static struct connection *make(struct sliding_connections *all, uint64_t device_nid, str conn_id)
{
    make_room_of_device(all, device_nid);
    struct connection *c = xcalloc(1, sizeof *c);
    c->key = key_of(device_nid, conn_id);
    c->device_nid = device_nid;
    c->conn_len = conn_id.len;
    for (size_t i = 0; i < conn_id.len; i++)
        c->conn_id[i] = conn_id.ptr[i];
    struct connection *other = map_get(&all->by_key, c->key);
    if (other)
        drop(all, other);
    map_put(&all->by_key, c->key, c);
    all->bytes += sizeof *c;
    use(all, c);
    return c;
}

/* ---- for all ---- */

void sliding_connections_free(struct sliding_connections **all_ptr)
{
    struct sliding_connections *all = *all_ptr;
    if (!all)
        return;
    while (all->ends.older != &all->ends)
        drop(all, all->ends.older);
    map_fini(&all->by_key);
    pthread_mutex_destroy(&all->lock);
    free(all);
    *all_ptr = NULL;
}

const struct sliding_view *sliding_connections_acknowledge(struct sliding_connections *all, uint64_t device_nid,
                                                           str conn_id, uint64_t id)
{
    const struct sliding_view *view = NULL;
    pthread_mutex_lock(&all->lock);
    struct connection *c = find(all, device_nid, conn_id);
    if (c && c->sent && c->sent->id == id) {
        drop_view(all, &c->known);
        c->known = c->sent;
        c->sent = NULL;
    }
    if (c && c->known && c->known->id == id) {
        view = c->known;
        atomic_fetch_add_explicit(&((struct sliding_view *)view)->refs, 1, memory_order_relaxed);
        unlink_connection(c);
        use(all, c);
    }
    pthread_mutex_unlock(&all->lock);
    return view;
}

uint64_t sliding_connections_put(struct sliding_connections *all, uint64_t device_nid, str conn_id, bool first,
                                 struct sliding_view *view)
{
    pthread_mutex_lock(&all->lock);
    uint64_t id = view->id = ++all->last_id;
    struct connection *c = find(all, device_nid, conn_id);
    if (!c)
        c = make(all, device_nid, conn_id);
    if (first)
        drop_view(all, &c->known);
    drop_view(all, &c->sent);
    c->sent = view;
    all->bytes += weight(view);
    while (all->bytes > BYTES_MAX && all->ends.newer != c)
        drop(all, all->ends.newer);
    pthread_mutex_unlock(&all->lock);
    return id;
}
