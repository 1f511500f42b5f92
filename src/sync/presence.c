/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sync/presence.h"

#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    /* An offline entry is kept this long for its last_active_ago and status message. */
    FORGET_MS = 24 * 60 * 60 * 1000,
};

struct device {
    uint64_t nid;
    enum presence_state said, syncs;
    int64_t active_ms, until_ms; /* steady clock; until_ms: gone, if nothing is heard of it */
};

struct entry {
    uint64_t user_nid;
    enum presence_state state; /* what others see … */
    bool active;               /* … and that */
    bool late;                 /* a change that was too much is still to be told */
    int64_t active_ms;         /* of any device; 0: never */
    int64_t seen_ms;
    int64_t serial;
    int64_t burst_ms;
    int burst;
    char *status;
    size_t status_len;
    VEC(struct device) devices;
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
    vec_fini(&entry->devices);
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

/* ---- names ---- */

/* Until MSC3026 is in the specification its state has this name; clients that know it look for both. */
static const str names[] = {STR_INIT("offline"), STR_INIT("unavailable"), STR_INIT("online"),
                            STR_INIT("org.matrix.msc3026.busy")};

str presence_state_name(enum presence_state state)
{
    return names[state];
}

enum rc presence_state_parse(str name, enum presence_state *ret_state)
{
    if (str_eq(name, S("busy")))
        name = names[PRESENCE_BUSY];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(name, names[i])) {
            *ret_state = (enum presence_state)i;
            return RC_OK;
        }
    return RC_INVALID;
}

/* ---- devices ---- */

static struct entry *entry_of(struct presence *presence, uint64_t user_nid)
{
    struct entry *entry = map_get(&presence->entries, user_nid);
    if (!entry) {
        entry = xcalloc(1, sizeof *entry);
        entry->user_nid = user_nid;
        map_put(&presence->entries, user_nid, entry);
    }
    return entry;
}

static struct device *device_find(struct entry *entry, uint64_t nid)
{
    for (size_t i = 0; i < entry->devices.count; i++)
        if (entry->devices.items[i].nid == nid)
            return &entry->devices.items[i];
    return NULL;
}

static struct device *device_longest_gone(struct entry *entry)
{
    struct device *gone = entry->devices.items;
    for (size_t i = 1; i < entry->devices.count; i++)
        if (entry->devices.items[i].until_ms < gone->until_ms)
            gone = &entry->devices.items[i];
    return gone;
}

static struct device *device_of(struct entry *entry, uint64_t nid)
{
    struct device *device = device_find(entry, nid);
    if (device)
        return device;
    if (entry->devices.count < PRESENCE_DEVICES_MAX) {
        vec_push(&entry->devices, ((struct device){0}));
        device = &entry->devices.items[entry->devices.count - 1];
    } else {
        device = device_longest_gone(entry);
    }
    *device = (struct device){.nid = nid, .said = PRESENCE_ONLINE, .syncs = PRESENCE_ONLINE};
    return device;
}

static enum presence_state device_state(const struct device *device, int64_t now)
{
    if (now > device->until_ms || device->said == PRESENCE_OFFLINE)
        return PRESENCE_OFFLINE;
    if (device->said == PRESENCE_BUSY || device->syncs == PRESENCE_BUSY)
        return PRESENCE_BUSY;
    bool idle = now - device->active_ms > PRESENCE_IDLE_MS;
    return idle || device->said == PRESENCE_UNAVAILABLE || device->syncs == PRESENCE_UNAVAILABLE ? PRESENCE_UNAVAILABLE
                                                                                                 : PRESENCE_ONLINE;
}

static void device_note_active(struct entry *entry, struct device *device, int64_t now)
{
    device->active_ms = entry->active_ms = now;
}

/* Heard of, and to be heard of again within so long. What it said before it was gone is over. */
static void device_note_here(struct entry *entry, struct device *device, int64_t now, int64_t wait_ms)
{
    if (now > device->until_ms && device->said != PRESENCE_OFFLINE)
        device->said = PRESENCE_ONLINE;
    if (now + wait_ms + PRESENCE_SYNC_GRACE_MS > device->until_ms)
        device->until_ms = now + wait_ms + PRESENCE_SYNC_GRACE_MS;
    entry->seen_ms = now;
}

/* ---- what others see ---- */

static enum presence_state entry_state(const struct entry *entry, int64_t now)
{
    enum presence_state strongest = PRESENCE_OFFLINE;
    for (size_t i = 0; i < entry->devices.count; i++) {
        enum presence_state state = device_state(&entry->devices.items[i], now);
        if (state > strongest)
            strongest = state;
    }
    return strongest;
}

static bool is_active(const struct entry *entry, enum presence_state state, int64_t now)
{
    return state == PRESENCE_ONLINE && entry->active_ms && now - entry->active_ms < PRESENCE_CURRENT_MS;
}

/* Now, or with a later sweep when there is too much of it. */
static bool entry_tell(struct presence *presence, struct entry *entry, int64_t now)
{
    if (!entry->burst || now - entry->burst_ms >= PRESENCE_BURST_MS) {
        entry->burst_ms = now;
        entry->burst = 0;
    }
    entry->late = entry->burst >= PRESENCE_BURST;
    if (entry->late)
        return false;
    entry->burst++;
    entry->serial = ++presence->serial;
    return true;
}

/* Spec "Last active ago": while others are told "currently active" nothing more is said of the time; that this is over,
 * is. */
static bool entry_show(struct presence *presence, struct entry *entry, int64_t now, bool other_status)
{
    enum presence_state state = entry_state(entry, now);
    bool active = is_active(entry, state, now);
    if (state == entry->state && active == entry->active && !other_status)
        return false;
    entry->state = state;
    entry->active = active;
    return entry_tell(presence, entry, now);
}

static bool entry_set_status(struct entry *entry, str status)
{
    status = str_head(status, PRESENCE_STATUS_MAX);
    if (!status.ptr || str_eq(status, str_from(entry->status, entry->status_len)))
        return false;
    free(entry->status);
    entry->status = NULL;
    if (status.len) {
        entry->status = xmalloc(status.len);
        memcpy(entry->status, status.ptr, status.len);
    }
    entry->status_len = status.len;
    return true;
}

/* ---- what happens ---- */

bool presence_set(struct presence *presence, struct presence_device from, enum presence_state state, str status_msg)
{
    pthread_mutex_lock(&presence->lock);
    int64_t now = env_steady_ms(presence->env);
    struct entry *entry = entry_of(presence, from.user_nid);
    struct device *device = device_of(entry, from.device_nid);
    bool other_status = entry_set_status(entry, status_msg);
    device_note_here(entry, device, now, 0);
    device->said = state;
    if (state >= PRESENCE_ONLINE || (other_status && state != PRESENCE_OFFLINE))
        device_note_active(entry, device, now);
    bool changed = entry_show(presence, entry, now, other_status);
    pthread_mutex_unlock(&presence->lock);
    return changed;
}

bool presence_sync(struct presence *presence, struct presence_device from, enum presence_state state, int64_t wait_ms)
{
    /* set_presence=offline: the request does not count (spec "GET /sync"). */
    if (state == PRESENCE_OFFLINE)
        return false;
    pthread_mutex_lock(&presence->lock);
    int64_t now = env_steady_ms(presence->env);
    struct entry *entry = entry_of(presence, from.user_nid);
    struct device *device = device_of(entry, from.device_nid);
    bool comes = now > device->until_ms || device->syncs == PRESENCE_UNAVAILABLE;
    device_note_here(entry, device, now, wait_ms < PRESENCE_WAIT_MAX_MS ? wait_ms : PRESENCE_WAIT_MAX_MS);
    device->syncs = state;
    if (comes && state >= PRESENCE_ONLINE && device->said != PRESENCE_OFFLINE)
        device_note_active(entry, device, now);
    bool changed = entry_show(presence, entry, now, false);
    pthread_mutex_unlock(&presence->lock);
    return changed;
}

bool presence_active(struct presence *presence, struct presence_device from)
{
    pthread_mutex_lock(&presence->lock);
    int64_t now = env_steady_ms(presence->env);
    struct entry *entry = map_get(&presence->entries, from.user_nid);
    struct device *device = entry ? device_find(entry, from.device_nid) : NULL;
    bool changed = false;
    if (device && device_state(device, now) != PRESENCE_OFFLINE) {
        if (device->said == PRESENCE_UNAVAILABLE)
            device->said = PRESENCE_ONLINE;
        if (device->syncs == PRESENCE_UNAVAILABLE)
            device->syncs = PRESENCE_ONLINE;
        device_note_active(entry, device, now);
        changed = entry_show(presence, entry, now, false);
    }
    pthread_mutex_unlock(&presence->lock);
    return changed;
}

void presence_tell_again(struct presence *presence, uint64_t user_nid)
{
    pthread_mutex_lock(&presence->lock);
    struct entry *entry = map_get(&presence->entries, user_nid);
    if (entry && entry->state != PRESENCE_OFFLINE)
        (void)entry_tell(presence, entry, env_steady_ms(presence->env));
    pthread_mutex_unlock(&presence->lock);
}

/* ---- asking ---- */

void presence_get(struct presence *presence, struct arena *arena, uint64_t user_nid, struct presence_view *ret_view)
{
    *ret_view = (struct presence_view){.user_nid = user_nid, .last_active_ago_ms = -1};
    pthread_mutex_lock(&presence->lock);
    int64_t now = env_steady_ms(presence->env);
    const struct entry *entry = map_get(&presence->entries, user_nid);
    if (entry) {
        ret_view->state = entry_state(entry, now);
        ret_view->serial = entry->serial;
        ret_view->status_msg = arena_dup(arena, str_from(entry->status, entry->status_len));
        ret_view->currently_active = is_active(entry, ret_view->state, now);
        if (entry->active_ms)
            ret_view->last_active_ago_ms = now - entry->active_ms;
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

/* ---- time ---- */

struct sweep {
    struct presence *presence;
    int64_t now;
    uint64_t *nids;
    size_t count;
};

/* That one said it is offline, is remembered for as long as the person. */
static void drop_gone(struct entry *entry, int64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < entry->devices.count; i++) {
        const struct device *device = &entry->devices.items[i];
        if (now <= device->until_ms || device->said == PRESENCE_OFFLINE)
            entry->devices.items[kept++] = *device;
    }
    entry->devices.count = kept;
}

static bool sweep_entry(void *value, void *ctx)
{
    struct entry *entry = value;
    struct sweep *sweep = ctx;
    drop_gone(entry, sweep->now);
    if (entry->state == PRESENCE_OFFLINE && !entry->late && sweep->now - entry->seen_ms >= FORGET_MS) {
        entry_free(entry);
        return false;
    }
    bool told = entry_show(sweep->presence, entry, sweep->now, entry->late);
    if (told)
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

/* ---- showing ---- */

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
    if (view->state == PRESENCE_ONLINE)
        strbuf_printf(buf, ",\"currently_active\":%s", view->currently_active ? "true" : "false");
    strbuf_add_char(buf, '}');
}

void presence_add_event(struct strbuf *buf, str user_id, const struct presence_view *view)
{
    strbuf_add(buf, S("{\"type\":\"m.presence\",\"sender\":"));
    strbuf_add_json(buf, user_id);
    strbuf_add(buf, S(",\"content\":"));
    presence_add_json(buf, view);
    strbuf_add_char(buf, '}');
}
