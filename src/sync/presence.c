/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/presence.h"

#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    /* An offline entry is kept this long for its last_active_ago and status message. */
    FORGET_MS = 24 * 60 * 60 * 1000,
    /* "Currently active" (spec "m.presence"): did something within this time. */
    CURRENT_MS = 60000,
};

struct entry {
    uint64_t user_nid;
    enum presence_state state;  /* what others see */
    enum presence_state wanted; /* what the user last said: unavailable stays so however active */
    int64_t active_ms, sync_ms; /* steady clock; 0: never */
    int64_t serial;
    char *status;
    size_t status_len;
};

struct presence {
    struct env *env;
    pthread_mutex_t lock;
    struct map entries;
    int64_t serial;
};

struct presence *presence_new(struct env *env)
{
    struct presence *presence = xcalloc(1, sizeof *presence);
    presence->env = env;
    presence->entries = MAP_INIT;
    pthread_mutex_init(&presence->lock, NULL);
    return presence;
}

static void entry_free(struct entry *entry)
{
    if (entry)
        free(entry->status);
    free(entry);
}

void presence_free(struct presence **presence)
{
    if (!*presence)
        return;
    size_t cursor = 0;
    struct entry *entry;
    while ((entry = map_next(&(*presence)->entries, &cursor, NULL, NULL)))
        entry_free(entry);
    map_fini(&(*presence)->entries);
    pthread_mutex_destroy(&(*presence)->lock);
    free(*presence);
    *presence = NULL;
}

static const str names[] = {STR_INIT("offline"), STR_INIT("unavailable"), STR_INIT("online")};

str presence_state_name(enum presence_state state)
{
    return names[state];
}

enum rc presence_state_parse(str name, enum presence_state *ret_state)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(name, names[i])) {
            *ret_state = (enum presence_state)i;
            return RC_OK;
        }
    return RC_INVALID;
}

static struct entry *entry_of(struct presence *presence, uint64_t user_nid)
{
    struct entry *entry = map_get(&presence->entries, user_nid);
    if (!entry) {
        entry = xcalloc(1, sizeof *entry);
        entry->user_nid = user_nid;
        entry->wanted = PRESENCE_ONLINE;
        map_put(&presence->entries, user_nid, entry);
    }
    return entry;
}

static bool entry_show(struct presence *presence, struct entry *entry, enum presence_state state)
{
    if (entry->state == state)
        return false;
    entry->state = state;
    entry->serial = ++presence->serial;
    return true;
}

static bool entry_set_status(struct presence *presence, struct entry *entry, str status)
{
    status = str_head(status, PRESENCE_STATUS_MAX);
    if (str_eq(status, str_from(entry->status, entry->status_len)))
        return false;
    free(entry->status);
    entry->status = NULL;
    if (status.len) {
        entry->status = xmalloc(status.len);
        memcpy(entry->status, status.ptr, status.len);
    }
    entry->status_len = status.len;
    entry->serial = ++presence->serial;
    return true;
}

bool presence_set(struct presence *presence, uint64_t user_nid, enum presence_state state, str status_msg)
{
    pthread_mutex_lock(&presence->lock);
    int64_t now = env_steady_ms(presence->env);
    struct entry *entry = entry_of(presence, user_nid);
    entry->wanted = state;
    if (state != PRESENCE_OFFLINE)
        entry->sync_ms = now;
    if (state == PRESENCE_ONLINE)
        entry->active_ms = now;
    bool changed = entry_show(presence, entry, state);
    if (status_msg.ptr && entry_set_status(presence, entry, status_msg))
        changed = true;
    pthread_mutex_unlock(&presence->lock);
    return changed;
}

bool presence_sync(struct presence *presence, uint64_t user_nid, enum presence_state state)
{
    /* set_presence=offline: the request does not count (spec "GET /sync"). */
    if (state == PRESENCE_OFFLINE)
        return false;
    pthread_mutex_lock(&presence->lock);
    int64_t now = env_steady_ms(presence->env);
    struct entry *entry = entry_of(presence, user_nid);
    bool arrives = entry->state == PRESENCE_OFFLINE;
    entry->sync_ms = now;
    if (arrives || !entry->active_ms)
        entry->active_ms = now;
    bool idle = now - entry->active_ms > PRESENCE_IDLE_MS;
    if (entry->wanted != PRESENCE_ONLINE && !arrives)
        state = entry->wanted == PRESENCE_OFFLINE ? PRESENCE_OFFLINE : PRESENCE_UNAVAILABLE;
    else if (idle)
        state = PRESENCE_UNAVAILABLE;
    bool changed = entry_show(presence, entry, state);
    pthread_mutex_unlock(&presence->lock);
    return changed;
}

bool presence_active(struct presence *presence, uint64_t user_nid)
{
    pthread_mutex_lock(&presence->lock);
    struct entry *entry = map_get(&presence->entries, user_nid);
    bool changed = false;
    if (entry && entry->state != PRESENCE_OFFLINE) {
        entry->active_ms = env_steady_ms(presence->env);
        changed = entry->wanted == PRESENCE_ONLINE && entry_show(presence, entry, PRESENCE_ONLINE);
    }
    pthread_mutex_unlock(&presence->lock);
    return changed;
}

void presence_get(struct presence *presence, struct arena *arena, uint64_t user_nid, struct presence_view *ret_view)
{
    *ret_view = (struct presence_view){.user_nid = user_nid, .last_active_ago_ms = -1};
    pthread_mutex_lock(&presence->lock);
    const struct entry *entry = map_get(&presence->entries, user_nid);
    if (entry) {
        ret_view->state = entry->state;
        ret_view->serial = entry->serial;
        ret_view->status_msg = arena_dup(arena, str_from(entry->status, entry->status_len));
        if (entry->active_ms) {
            ret_view->last_active_ago_ms = env_steady_ms(presence->env) - entry->active_ms;
            ret_view->currently_active = entry->state == PRESENCE_ONLINE && ret_view->last_active_ago_ms < CURRENT_MS;
        }
    }
    pthread_mutex_unlock(&presence->lock);
}

int64_t presence_serial(struct presence *presence)
{
    pthread_mutex_lock(&presence->lock);
    int64_t serial = presence->serial;
    pthread_mutex_unlock(&presence->lock);
    return serial;
}

void presence_changes(struct presence *presence, struct arena *arena, int64_t from, int64_t to, uint64_t **ret_nids,
                      size_t *ret_count)
{
    *ret_nids = NULL;
    *ret_count = 0;
    pthread_mutex_lock(&presence->lock);
    if (from < presence->serial || from > to) {
        *ret_nids = arena_array(arena, uint64_t, presence->entries.count);
        size_t cursor = 0;
        const struct entry *entry;
        while ((entry = map_next(&presence->entries, &cursor, NULL, NULL)))
            if (entry->serial > from && entry->serial <= to)
                (*ret_nids)[(*ret_count)++] = entry->user_nid;
    }
    pthread_mutex_unlock(&presence->lock);
}

struct sweep {
    struct presence *presence;
    int64_t now;
    uint64_t *nids;
    size_t count;
};

static bool sweep_entry(void *value, void *ctx)
{
    struct entry *entry = value;
    struct sweep *sweep = ctx;
    if (entry->state == PRESENCE_OFFLINE) {
        if (sweep->now - entry->sync_ms < FORGET_MS)
            return true;
        entry_free(entry);
        return false;
    }
    enum presence_state state = entry->state;
    if (sweep->now - entry->sync_ms > PRESENCE_SYNC_GRACE_MS)
        state = PRESENCE_OFFLINE;
    else if (sweep->now - entry->active_ms > PRESENCE_IDLE_MS)
        state = PRESENCE_UNAVAILABLE;
    if (entry_show(sweep->presence, entry, state))
        sweep->nids[sweep->count++] = entry->user_nid;
    return true;
}

void presence_sweep(struct presence *presence, struct arena *arena, uint64_t **ret_nids, size_t *ret_count)
{
    pthread_mutex_lock(&presence->lock);
    struct sweep sweep = {presence, env_steady_ms(presence->env), arena_array(arena, uint64_t, presence->entries.count),
                          0};
    map_filter(&presence->entries, sweep_entry, &sweep);
    pthread_mutex_unlock(&presence->lock);
    *ret_nids = sweep.nids;
    *ret_count = sweep.count;
}

void presence_add_json(struct strbuf *buf, const struct presence_view *view)
{
    strbuf_add(buf, S("{\"presence\":"));
    strbuf_add_json(buf, presence_state_name(view->state));
    if (view->last_active_ago_ms >= 0) {
        strbuf_add(buf, S(",\"last_active_ago\":"));
        strbuf_add_i64(buf, view->last_active_ago_ms);
    }
    if (view->status_msg.len) {
        strbuf_add(buf, S(",\"status_msg\":"));
        strbuf_add_json(buf, view->status_msg);
    }
    if (view->state != PRESENCE_OFFLINE)
        strbuf_printf(buf, ",\"currently_active\":%s", view->currently_active ? "true" : "false");
    strbuf_add_char(buf, '}');
}
